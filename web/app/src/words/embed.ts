export const words = {
  zh: { open: '在村图中打开' },
  en: { open: 'Open in Cuntu' },
}
