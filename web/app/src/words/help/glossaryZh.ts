// Words of the plan and of the map that not everybody knows: the names by which each is found, and what it means. Limits are the
// ones that the program ships with.

export interface Entry {
  /** One after the other; the first is the usual one. */
  names: string
  means: string
  /** Too common a word to be marked wherever it stands. */
  common?: boolean
}

export const zh = {
  guarantee: {
    names: '供水保证率、保证率',
    means: '一年里水量够用的天数所占的比例。95% 及以上达标，90% 到 95% 基本达标（一年缺水不超过 36 天）。依据 T/CHES 18-2018。',
  },
  tapwater: {
    names: '自来水普及率',
    means: '用上入户自来水的人口占农村人口的比例。规划目标为 90% 以上。',
  },
  struckoff: {
    names: '已销号、销号',
    means: '贫困村达到退出标准，经核查后从名单上划掉，是退出程序的最后一步：已列计划 → 已申请 → 核查通过 → 已销号。',
  },
  exit: {
    names: '退出达标、脱贫退出、退出程序、退出、摘帽',
    means: '贫困村或贫困县不再是贫困村、贫困县。每项标准都是一票否决：贫困发生率、收入、合作社、硬化路、饮水、电、卫生室、光纤。',
  },
  toverify: {
    names: '待核查',
    means: '村已申请退出，还没有通过核查。',
  },
  poverty: {
    names: '贫困村',
    means: '按国家程序认定、列入名单要逐年退出的行政村。',
  },
  registered: {
    names: '建档立卡贫困人口、建档立卡户、建档立卡',
    means: '逐户调查、登记造册的贫困户和贫困人口。统计脱贫人口以此为准。',
  },
  incidence: {
    names: '贫困发生率',
    means: '还没有脱贫的建档立卡人口占总人口的比例。退出标准是低于 3%。',
  },
  hardened: {
    names: '通硬化路、未硬化、硬化路、硬化',
    means: '硬化路是沥青或水泥路面、已建成的路。“通硬化路”要求村委会 500 米内有硬化路，并且一直到县城不断头：中间断一段就不算通。',
  },
  village: {
    names: '行政村',
    means: '有村委会、有 12 位区划代码的村，是统计和规划的基本单位。',
  },
  hamlet: {
    names: '自然村',
    means: '村民自然聚居的村落，没有区划代码，归某个行政村管。',
  },
  code: {
    names: '区划代码',
    means: '国家统计局统一编的代码：县 6 位、镇 9 位、村 12 位。导入时用它认出是哪个村。',
  },
  state: {
    names: '基本达标、未达标、达标',
    means: '达标：全部要求都满足。基本达标：满足较低一档（只有饮水有这一档）。未达标：至少一项不满足。不明：缺数据，不算达标。取最差的一项。',
    common: true,
  },
  gap: {
    names: '服务缺口、缺口',
    means: '到所选年份还没有达标的村，以及这些村里的人口。',
  },
  programme: {
    names: '工程清单',
    means: '为补齐缺口要修的路、接的管道或光缆，按每公里或每万元受益人口多少排先后。',
  },
  optimal: {
    names: '已证明最优、理论最优、下界',
    means: '程序同时算出“无论如何也不可能更省”的界限。两者相等就是已证明最优；不等时写明最多差多少。',
  },
  critical: {
    names: '要害路段',
    means: '一断就会让一些村到县城的硬化路断头的路段，按受影响人口多少排列。',
  },
  cableway: {
    names: '索改桥、索道',
    means: '仍靠索道过河出行的地方，规划改成桥。',
  },
  fibre: {
    names: '光纤到村、宽带',
    means: '光纤通到村，网速不低于 12 Mbit/s，就算宽带达标。4G 另外统计。',
  },
  clinic: {
    names: '标准化卫生室、卫生室',
    means: '房屋、人员、设备符合标准的村卫生室。',
  },
  dangerous: {
    names: '危房户、危房',
    means: '住在经鉴定为 C 级或 D 级危险房屋里的农户。',
  },
  relocation: {
    names: '易地扶贫搬迁、易地搬迁',
    means: '把生存条件差的山区群众整户搬到条件好的地方安置。',
  },
  site: {
    names: '搬迁安置点、安置点',
    means: '搬迁群众集中居住的地方。容量是可住人数，已住是已入住人数，差额为剩余容量。',
  },
  threenear: {
    names: '三靠近',
    means: '安置点要靠近县城、靠近集镇、靠近园区。',
  },
  fouravoid: {
    names: '四避开',
    means: '安置点要避开灾害易发区、生态保护红线、永久基本农田和陡坡等不能建的地方。',
  },
  hazard: {
    names: '灾害易发区',
    means: '容易发生滑坡、泥石流、洪水等灾害的范围。',
  },
  reserve: {
    names: '禁建区',
    means: '不许建设的范围：生态保护红线、永久基本农田、自然保护区、25° 以上应退耕还林的坡地。',
  },
  park: {
    names: '园区',
    means: '工业、农业或旅游园区，搬迁群众就近做工的地方。',
  },
  ahp: {
    names: '两两比较、一致性比率',
    means: '层次分析法（AHP）：每次只比较两项哪个更重要，程序由此算出全部权重。一致性比率不超过 0.1，判断才不算前后矛盾。',
  },
  late: {
    names: '逾期、滞后',
    means: '逾期：计划退出的年份已到，村还没有销号。滞后：指标的实际数低于当年计划数。',
  },
  weighted: {
    names: '按人口加权的平均、加权平均',
    means: '人多的村在平均数里分量大：各村数值乘人口，加起来再除以总人口。',
  },
  reach: {
    names: '几分钟能到、圈层',
    means: '从一点出发，沿能通车的路（含步行到路的一段），10 到 60 分钟各能到哪里。',
  },
  straight: {
    names: '直线距离',
    means: '两点之间不绕路的距离。山区实际走的路往往长一倍以上。',
  },
  crs: {
    names: '坐标系',
    means: '坐标数字按什么基准量的。国家 2000（CGCS2000）和 WGS 84 相差不到 1 米；GCJ-02（高德、腾讯）和 BD-09（百度）会偏几百米，导入时要选对。',
  },
  review: {
    names: '审图号、审图',
    means: '公开出版或展示的地图，要先送自然资源主管部门审核，通过后得到的编号。没有审图号的图只能内部使用。',
  },
  battlemap: {
    names: '作战图',
    means: '挂图作战用的大幅地图：一个专题、一个范围，带图例、村数和日期。',
  },
  duties: {
    names: '三员分立、管理职责',
    means: '系统管理员建用户，安全管理员授权限，审计管理员看日志，三人互不兼任，都不能改数据。',
  },
  factor: {
    names: '第二因素',
    means: '登录时除了密码，还要输入手机验证器上每 30 秒变一次的 6 位数字。',
  },
  seal: {
    names: '封条、封存',
    means: '审计日志每五秒算一次校验值，并与前一次连成链。谁改了旧记录，链就对不上。',
  },
  token: {
    names: '令牌',
    means: '给 QGIS 或脚本用的长密码，代替登录，权限不超过本人。',
  },
} satisfies Record<string, Entry>

/** The id of a word that is explained. */
export type Term = keyof typeof zh
