const zh = {
  title: '高程（地形）',
  formats: '高程：GeoTIFF（.tif）、SRTM（.hgt），可压缩为 zip',
  cells: (columns: string, rows: string) => `${columns} × ${rows} 个点`,
  every: (distance: string) => `间距约 ${distance}`,
  from: '范围',
  once: '导入高程不能撤销；同一处再次导入，以后导入的为准。',
  import: '导入高程',
  done: '高程已导入',
  wrote: (cells: string) => `写入 ${cells} 个高程点`,
  gives: '地图右侧“地形”可显示晕渲与等高线，选址会计算坡度。',
}

const en: typeof zh = {
  title: 'Heights of the ground',
  formats: 'Heights: GeoTIFF (.tif), SRTM (.hgt), also zipped',
  cells: (columns, rows) => `${columns} × ${rows} heights`,
  every: (distance) => `about every ${distance}`,
  from: 'Extent',
  once: 'Heights cannot be taken back; where they are imported again, the later ones stand.',
  import: 'Import heights',
  done: 'Heights imported',
  wrote: (cells) => `${cells} heights written`,
  gives: 'The map can show relief and contours, and siting reckons slopes.',
}

export const words = { zh, en }
