const zh = { open: '在村图中打开' }

const en: typeof zh = { open: 'Open in Cuntu' }

export const words = { zh, en }
