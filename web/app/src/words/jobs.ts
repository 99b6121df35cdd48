const zh = {
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

const en: typeof zh = {
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

export const words = { zh, en }
