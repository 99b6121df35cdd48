// What the attribute table says.

const zh = {
  layer: '图层',
  find: '按名称筛选',
  columns: '显示的列',
  shown: (n: string, all: string) => `已列 ${n} / ${all} 行`,
  more: '再列一些',
  failed: '读取失败',
  sort: (column: string) => `按${column}排序`,
  editHint: '双击或按回车修改单元格',
  select: (row: string) => `选择 ${row}`,
  selectAll: '全选已列的行',
  chosen: (n: string) => `已选 ${n} 行`,
  setField: '要修改的字段',
  setTo: '改为',
  apply: (n: string) => `修改 ${n} 行`,
  done: (n: string) => `已修改 ${n} 行`,
  changed: '其他人已修改，请核对后再改',
  notSaved: '没有保存',
}

const en: typeof zh = {
  layer: 'Layer',
  find: 'Filter by name',
  columns: 'Columns',
  shown: (n, all) => `${n} of ${all} rows`,
  more: 'More',
  failed: 'Could not be read',
  sort: (column) => `Sort by ${column}`,
  editHint: 'Double-click or press Enter to edit a cell',
  select: (row) => `Select ${row}`,
  selectAll: 'Select all listed rows',
  chosen: (n) => `${n} selected`,
  setField: 'Field',
  setTo: 'Set to',
  apply: (n) => `Edit ${n} rows`,
  done: (n) => `${n} rows edited`,
  changed: 'Somebody else has changed it; look again',
  notSaved: 'Not saved',
}

export const words = { zh, en }
