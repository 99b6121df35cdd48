// What the data view tells of an extract of OpenStreetMap.

const zh = {
  tags: '标签的去向',
  tagsKept: (n: string) => `导入 ${n} 条`,
  tagsLeft: (n: string) => `不导入 ${n} 条`,
  noTag: '无此标签',
  unknown: '未知',
  credit: (source: string, licence: string) => `来源须署名：${source}（${licence}），导入后自动写入数据来源`,
  clip: '裁剪范围',
  clipNone: '全部',
}

const en: typeof zh = {
  tags: 'What became of the tags',
  tagsKept: (n: string) => `${n} taken`,
  tagsLeft: (n: string) => `${n} left out`,
  noTag: 'no such tag',
  unknown: 'unknown',
  credit: (source: string, licence: string) => `To be credited: ${source} (${licence}); the import adds it to the sources`,
  clip: 'Cut to',
  clipNone: 'All of the file',
}

export const words = { zh, en }
