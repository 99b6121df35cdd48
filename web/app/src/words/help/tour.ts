const zh = {
  label: '五步导览',
  step: (n: number, all: number) => `第 ${n} 步，共 ${all} 步`,
  leave: '跳过',
  back: '上一步',
  on: '下一步',
  done: '开始使用',
  steps: {
    map: { title: '这是一张活地图', text: '滚轮或双指缩放：远看县和镇，近看村。单击一个村、镇或县，就出来它的详情。数据一改，地图马上变。' },
    panel: { title: '换专题，看图例', text: '选一个专题，村就按它上色：脱贫进度、硬化路、饮水……数字是视野内的村数，单击一行可以隐藏这一类。' },
    views: { title: '各项功能', text: '“进度”对照目标，“缺口”列出缺什么的村，“工程”排先修什么，“选址”找安置点，“数据”导入台账。' },
    search: { title: '找一个村', text: '输入村名、拼音首字母、代码或坐标；按 / 键直接到这里。' },
    help: { title: '哪里不明白，点问号', text: '每个面板都有问号，打开的就是讲它的那一页。带点线的词，点一下就有解释。' },
  },
}

const en: typeof zh = {
  label: 'Tour in five steps',
  step: (n, all) => `Step ${n} of ${all}`,
  leave: 'Skip',
  back: 'Back',
  on: 'Next',
  done: 'Begin',
  steps: {
    map: {
      title: 'A map that lives',
      text:
        'Zoom by wheel or fingers: counties and towns from afar, villages from near. Click one for its details. ' +
        'What changes in the data changes here at once.',
    },
    panel: {
      title: 'Themes and legend',
      text:
        'A theme colours the villages: exits, hardened roads, water. The numbers count the villages in view; ' +
        'a click on a line hides its class.',
    },
    views: {
      title: 'What it can do',
      text:
        'Progress holds actual beside planned, Gaps lists who lacks what, Programme says what to build first, ' +
        'Siting finds places to settle, Data imports.',
    },
    search: { title: 'Find a village', text: 'Type a name, the initials of its pinyin, a code or coordinates; the key / leads here.' },
    help: {
      title: 'Ask the question mark',
      text: 'Each panel has one, and it opens the page about it. Words with a dotted line explain themselves at a touch.',
    },
  },
}

export const words = { zh, en }
