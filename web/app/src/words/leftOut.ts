const zh = {
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

const en: typeof zh = {
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

export const words = { zh, en }
