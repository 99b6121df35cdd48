const zh = {
  start: '左右对比：两个年份或两个专题',
  stop: '结束对比',
  divider: '对比分界线，用左右方向键移动',
  left: '左侧',
  right: '右侧',
  year: (side: string) => `${side}的年份`,
  theme: (side: string) => `${side}的专题`,
  map: '对比地图',
  sameAlways: '此专题是现状，不随年份变；可选随年份变的专题',
}

const en: typeof zh = {
  start: 'Compare two years or two themes side by side',
  stop: 'End the comparison',
  divider: 'Divider of the comparison; arrow keys move it',
  left: 'left',
  right: 'right',
  year: (side: string) => `Year on the ${side}`,
  theme: (side: string) => `Theme on the ${side}`,
  map: 'Compared map',
  sameAlways: 'This theme is of today at any year; choose one that changes',
}

export const words = { zh, en }
