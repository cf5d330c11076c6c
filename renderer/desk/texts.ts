export const zh = { title: '窗口工作台' };

export const en: Record<keyof typeof zh, string> = { title: 'Desk' };
