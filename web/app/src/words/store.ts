// What the data view tells of the store: rows that are left out, and jobs; and of an extract of OpenStreetMap.

const leftOutZh = {
  title: '未载入的行',
  hint: (n: string) => `数据库里有 ${n} 行图层无法容纳，没有上图；改正后自动载入`,
  id: (n: number) => `编号 ${n}`,
  place: '位置',
  oneOf: (allowed: string) => `应为${allowed}`,
  between: (low: string, high: string) => `应在 ${low} 至 ${high} 之间`,
  reasons: {
    unreadable: '无法读取',
    wrong_geometry: '几何类型不符',
    off_earth: '坐标超出经纬度范围',
    bad_geometry: '几何有误',
    not_allowed: '值不被允许',
  } as Record<string, string>,
}

const leftOutEn: typeof leftOutZh = {
  title: 'Rows left out',
  hint: (n: string) => `${n} rows of the database are not on the map, as their layers cannot hold them; each comes in once mended`,
  id: (n: number) => `id ${n}`,
  place: 'Place',
  oneOf: (allowed: string) => `allowed: ${allowed}`,
  between: (low: string, high: string) => `allowed: ${low} to ${high}`,
  reasons: {
    unreadable: 'cannot be read',
    wrong_geometry: 'another type of geometry',
    off_earth: 'outside longitude and latitude',
    bad_geometry: 'broken geometry',
    not_allowed: 'value not allowed',
  },
}

export const leftOut = { zh: leftOutZh, en: leftOutEn }

const jobsZh = {
  title: '后台任务',
  kinds: {
    check: '检查文件',
    import: '导入',
    undo: '撤销导入',
    archive: '切片归档',
    'siting-plan': '搬迁分配',
    'siting-search': '安置点搜索',
  } as Record<string, string>,
  states: { waiting: '排队等待', running: '进行中', done: '已完成', failed: '失败', cancelled: '已取消' } as Record<string, string>,
  again: (n: string) => `服务器中断后第 ${n} 次开始`,
  download: '下载',
  forget: '移除',
}

const jobsEn: typeof jobsZh = {
  title: 'Jobs',
  kinds: {
    check: 'Check of a file',
    import: 'Import',
    undo: 'Import taken back',
    archive: 'Archive of tiles',
    'siting-plan': 'Plan of relocation',
    'siting-search': 'Search for sites',
  },
  states: { waiting: 'Waiting its turn', running: 'Running', done: 'Done', failed: 'Failed', cancelled: 'Cancelled' },
  again: (n) => `begun ${n} times, since the server ended before it`,
  download: 'Download',
  forget: 'Remove',
}

export const jobs = { zh: jobsZh, en: jobsEn }

const extractZh = {
  tags: '标签的去向',
  tagsKept: (n: string) => `导入 ${n} 条`,
  tagsLeft: (n: string) => `不导入 ${n} 条`,
  noTag: '无此标签',
  unknown: '未知',
  credit: (source: string, licence: string) => `来源须署名：${source}（${licence}），导入后自动写入数据来源`,
  clip: '裁剪范围',
  clipNone: '全部',
}

const extractEn: typeof extractZh = {
  tags: 'What became of the tags',
  tagsKept: (n: string) => `${n} taken`,
  tagsLeft: (n: string) => `${n} left out`,
  noTag: 'no such tag',
  unknown: 'unknown',
  credit: (source: string, licence: string) => `To be credited: ${source} (${licence}); the import adds it to the sources`,
  clip: 'Cut to',
  clipNone: 'All of the file',
}

export const extract = { zh: extractZh, en: extractEn }
