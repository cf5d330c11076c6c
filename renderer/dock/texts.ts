export const zh = { title: '演示台' };

export const en: Record<keyof typeof zh, string> = { title: 'Dock' };
