export const zh = { title: '服务评价' };

export const en: Record<keyof typeof zh, string> = { title: 'Rating' };
