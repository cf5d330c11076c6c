export const zh = { title: '显示屏' };

export const en: Record<keyof typeof zh, string> = { title: 'Screens' };
