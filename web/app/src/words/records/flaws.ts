import type { Kind } from '../../api/records/flaws'

const zh = {
  title: '界线问题',
  hint: '镇界、村界之间的重叠和空隙，以及与镇村对不上的界线。点一条看位置；改好界线文件再导入一次即可。',
  none: '镇界、村界没有发现问题。',
  looking: '正在核对界线…',
  kinds: {
    overlap: '重叠',
    gap: '空隙',
    stray: '代码无人使用',
    outside: '点在界外',
    lacking: '没有界线',
    unplaced: '有界线没有位置',
  } satisfies Record<Kind, string> as Record<Kind, string>,
  more: (n: string) => `另有 ${n} 处，见表格`,
  sheet: '下载表格',
}

const en: typeof zh = {
  title: 'Flaws of outlines',
  hint: 'Overlaps and gaps between outlines, and those that no place agrees with. Choose one to see it; mend the file and import it again.',
  none: 'Nothing is wrong with the outlines of towns and villages.',
  looking: 'Checking the outlines…',
  kinds: {
    overlap: 'Overlap',
    gap: 'Gap',
    stray: "Nobody's code",
    outside: 'Place outside',
    lacking: 'No outline',
    unplaced: 'Outline, no place',
  },
  more: (n) => `${n} more, in the sheet`,
  sheet: 'Sheet',
}

export const words = { zh, en }
