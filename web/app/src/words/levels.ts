const zh = {
  choose: '按县、按镇还是按村显示',
  levels: { auto: '自动', county: '按县', town: '按镇', village: '按村' },
  each: { county: '各县', town: '各镇' },
  colon: '：',
  or: '、',
  now: (level: string) => `随缩放切换，当前${level}`,
  none: '此专题只能按村显示',
  size: '圆的大小为各镇村庄的总人口',
  narrowed: '仅所选范围',
  good: (what: string, good: string, poverty: boolean) => `${what}“${good}”的村，占${poverty ? '贫困村' : '情况已知的村'}的比例`,
  ratio: (what: string, _: string, __: boolean, part: string) => `${part}占总人口的比例（${what}）`,
  mean: (what: string) => `${what}，各村按人口加权的平均`,
  sum: (what: string) => `${what}合计`,
}

const en: typeof zh = {
  choose: 'Show counties, towns or villages',
  levels: { auto: 'Auto', county: 'County', town: 'Town', village: 'Village' },
  each: { county: 'Each county', town: 'Each town' },
  colon: ': ',
  or: '” or “',
  now: (level: string) => `By the zoom; now by ${level.toLowerCase()}`,
  none: 'This theme shows villages only',
  size: 'Circles are as large as the people in the villages of the town',
  narrowed: 'Of the chosen area only',
  good: (what: string, good: string, poverty: boolean) =>
    `share of ${poverty ? 'poverty villages' : 'villages of known state'} that are “${good}” (${what})`,
  ratio: (what: string, _: string, __: boolean, part = '') => `${part.toLowerCase()}, share of all people (${what})`,
  mean: (what: string) => `${what}: mean of villages, weighted by people`,
  sum: (what: string) => `${what}, sum`,
}

export const words = { zh, en }
