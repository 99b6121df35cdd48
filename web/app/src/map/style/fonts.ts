// What the map's words are set in: the machine's own fonts.

// The first name is no font: its last word sets the weight that the fonts after it are drawn in.
const families = ['Microsoft YaHei', 'PingFang SC', 'Noto Sans CJK SC', 'Source Han Sans SC', 'WenQuanYi Micro Hei']
export const regular = ['Cuntu Regular', ...families]
export const medium = ['Cuntu Medium', ...families]
export const bold = ['Cuntu Bold', ...families]
