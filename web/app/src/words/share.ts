const zh = {
  whole: '在村图中打开',
  title: '分享此视图',
  link: '链接',
  linkHint: '打开后与现在看到的相同：视图、专题、范围、年份和位置',
  embed: '嵌入其他网页的代码',
  embedHint: '只含地图、图例和卡片；对方网站须列在服务器的 --embed 中',
  phone: '用手机扫码打开',
  local: '此地址只在本机有效；其他设备要用服务器的网络地址打开本页后再分享',
  copy: '复制',
  copied: '已复制',
}

const en: typeof zh = {
  whole: 'Open in Cuntu',
  title: 'Share this view',
  link: 'Link',
  linkHint: 'It opens what is seen now: view, theme, area, year and place',
  embed: 'Code for a frame on another page',
  embedHint: 'Map, legend and cards only; the other site must be named in --embed of the server',
  phone: 'Scan to open on a phone',
  local: 'This address works on this machine only; to share, open the page at the network address of the server',
  copy: 'Copy',
  copied: 'Copied',
}

export const words = { zh, en }
