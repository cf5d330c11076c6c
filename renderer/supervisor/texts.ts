export const zh = { title: '值班长' };

export const en: Record<keyof typeof zh, string> = { title: 'Supervisor' };
