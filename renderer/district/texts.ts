export const zh = { title: '区县' };

export const en: Record<keyof typeof zh, string> = { title: 'District' };
