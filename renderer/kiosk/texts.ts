export const zh = { title: '自助取号' };

export const en: Record<keyof typeof zh, string> = { title: 'Kiosk' };
