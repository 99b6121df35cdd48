const zh = {
  title: '此处',
  degrees: '经度, 纬度（CGCS2000）',
  dms: '度分秒',
  grid: (zone: number) => `3°带 ${zone} 带`,
  height: '海拔',
  metres: (n: string) => `${n} 米`,
  accuracy: (far: string) => `转换误差可达 ${far}`,
  copy: '复制坐标',
  copied: '坐标已复制',
  close: '关闭',
}

const en: typeof zh = {
  title: 'This place',
  degrees: 'Lon, lat (CGCS2000)',
  dms: 'Degrees, minutes',
  grid: (zone: number) => `3° zone ${zone}`,
  height: 'Elevation',
  metres: (n: string) => `${n} m`,
  accuracy: (far: string) => `may be off by ${far}`,
  copy: 'Copy coordinates',
  copied: 'Coordinates copied',
  close: 'Close',
}

export const words = { zh, en }
