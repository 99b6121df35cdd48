// Words of the library of projects.

const zh = {
  title: '年度资金',
  year: '计划年度',
  noYear: '未定',
  projects: '项目',
  cost: '概算（万元）',
  paid: '已支付（万元）',
  accepted: '已验收',
  brings: (km: string, villages: string, people: string) => `里程 ${km} 公里 · 受益 ${villages} 村次 ${people} 人次`,
  wrongs: (n: number) => `${n} 个项目的资金、里程或路段有问题`,
  export: '导出年度汇总',
}

const en: typeof zh = {
  title: 'Money by year',
  year: 'Year of the plan',
  noYear: 'none',
  projects: 'Projects',
  cost: 'Cost, 10,000 yuan',
  paid: 'Paid, 10,000 yuan',
  accepted: 'Accepted',
  brings: (km, villages, people) => `${km} km · ${villages} villages, ${people} people served`,
  wrongs: (n) => `${n} projects do not add up`,
  export: 'Export the sums',
}

export const words = { zh, en }
