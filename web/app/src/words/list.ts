const zh = {
  village: '村',
  filter: '按村名、镇名筛选',
  noVillage: '没有这样的村',
  sortBy: (column: string) => `按${column}排序`,
  more: (n: string) => `再显示 ${n} 个`,
}

const en: typeof zh = {
  village: 'Village',
  filter: 'Filter by village or town',
  noVillage: 'No such village',
  sortBy: (column: string) => `Sort by ${column}`,
  more: (n: string) => `Show ${n} more`,
}

export const words = { zh, en }
