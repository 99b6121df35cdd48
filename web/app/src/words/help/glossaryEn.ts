import type { Entry, Term } from './glossaryZh'

export const en: Record<Term, Entry> = {
  guarantee: {
    names: 'Supply guarantee, guarantee',
    means:
      'The share of days in a year with enough water. 95% and more is reached; 90% to 95%, at most 36 days a year short, is basically ' +
      'reached. After T/CHES 18-2018.',
  },
  tapwater: {
    names: 'Tap water coverage, tap water',
    means: 'The share of rural people who have water piped to their homes. The plan asks for more than 90%.',
  },
  struckoff: {
    names: 'Struck off',
    means:
      'A poverty village that met the standard of exit, was checked, and is off the list: the last of the steps planned, claimed, ' +
      'checked, struck off.',
  },
  exit: {
    names: 'Steps of exit, exit',
    means:
      'A village or county ceases to be one of poverty. Each criterion is a veto: incidence, income, cooperative, hardened road, water, ' +
      'power, clinic, fibre.',
  },
  toverify: {
    names: 'To be checked',
    means: 'The village has claimed its exit and has not passed the check yet.',
  },
  poverty: {
    names: 'Poverty village',
    means: 'A village on the official list, to exit in a planned year.',
  },
  registered: {
    names: 'Registered poor',
    means: 'Households and people found poor house by house and put on file. Who is out of poverty is counted from these files.',
  },
  incidence: {
    names: 'Incidence',
    means: 'The share of people who are on file and still poor. Exit asks for less than 3%.',
  },
  hardened: {
    names: 'Hardened road, not hardened, hardened',
    means:
      'A road with an asphalt or cement surface that is complete. A village has one when it lies within 500 m of a hardened road that ' +
      'leads to the county seat unbroken: one gap, and it does not count.',
  },
  village: {
    names: 'Administrative village',
    means: 'A village with a committee and a division code of 12 digits, by which everything is planned and counted.',
  },
  hamlet: {
    names: 'Hamlet',
    means: 'A place where people live together. It has no code and belongs to a village.',
  },
  code: {
    names: 'Division code',
    means: 'The official code of a county (6 digits), town (9) or village (12). An import finds villages by it.',
  },
  state: {
    names: 'Basically reached, not reached, reached',
    means:
      'Reached: all that is asked for is there. Basically: a lower grade, which only water has. Not: at least one thing is missing. ' +
      'Unknown: data are missing, which never counts as reached. The worst criterion decides.',
    common: true,
  },
  gap: {
    names: 'Gap',
    means: 'The villages that a service does not reach by the chosen year, and the people in them.',
  },
  programme: {
    names: 'Works in order',
    means: 'Roads, pipes or fibre that close the gap, by how many people gain for each kilometre or yuan.',
  },
  optimal: {
    names: 'Proven optimal, optimum, bound',
    means:
      'The program also finds what no plan can beat. Where the two are equal, the plan is proven optimal; else it says by how much it ' +
      'may be off at most.',
  },
  critical: {
    names: 'Critical section, critical sections',
    means: 'A stretch of hardened road whose loss cuts villages off from the county seat, by how many people that would be.',
  },
  cableway: {
    names: 'Cableways, cableway',
    means: 'A cable by which people still cross a river, to be replaced by a bridge.',
  },
  fibre: {
    names: 'Fibre to the village, broadband',
    means: 'Fibre that ends in the village, with 12 Mbit/s or more. 4G is counted apart.',
  },
  clinic: {
    names: 'Standard clinic, clinic',
    means: 'A village clinic with the rooms, people and equipment that the standard asks for.',
  },
  dangerous: {
    names: 'Dangerous house, dangerous houses',
    means: 'A house that an inspection has found to be of grade C or D.',
  },
  relocation: {
    names: 'Relocation',
    means: 'Whole households move from places where one can hardly live to where there are roads, schools and work.',
  },
  site: {
    names: 'Relocation site, relocation sites, settlement',
    means: 'Where people who moved live together. Its capacity less who lives there is what is free.',
  },
  threenear: {
    names: 'Three closenesses',
    means: 'A settlement is to be close to a county seat, a market town and a park.',
  },
  fouravoid: {
    names: 'Four avoidances',
    means: 'A settlement is to keep away from hazards, ecological red lines, permanent farmland and steep slopes.',
  },
  hazard: {
    names: 'Hazard area',
    means: 'Where landslides, debris flows or floods are to be expected.',
  },
  reserve: {
    names: 'No-build area',
    means: 'Where nothing may be built: ecological red lines, permanent basic farmland, nature reserves, farmland steeper than 25°.',
  },
  park: {
    names: 'Park',
    means: 'An industrial, agricultural or tourist zone where people who moved find work.',
  },
  ahp: {
    names: 'Compare in pairs, consistency ratio',
    means:
      'The analytic hierarchy process: one says of two things at a time which matters more, and the weights follow. Up to a ratio of 0.1 ' +
      'the judgements do not contradict each other.',
  },
  late: {
    names: 'Late',
    means: 'Of a village: its planned year has come and it is not struck off. Of an indicator: it is below what the plan asks for.',
  },
  weighted: {
    names: 'Weighted by people',
    means: 'A mean in which a village counts by how many people live there.',
  },
  reach: {
    names: 'Within minutes',
    means: 'How far one gets from a place in 10 to 60 minutes over roads that can be driven, the walk to the road included.',
  },
  straight: {
    names: 'By straight line',
    means: 'The distance without any detour. In the mountains the way by road is often more than twice as long.',
  },
  crs: {
    names: 'Coordinate system',
    means:
      'What coordinates are measured by. CGCS2000 and WGS 84 differ by less than a metre; GCJ-02 (Amap, Tencent) and BD-09 (Baidu) are ' +
      'off by hundreds of metres, so an import must know which it is.',
  },
  review: {
    names: 'Review number',
    means: 'What a map gets that the authority for natural resources has reviewed. Without one a map is for internal use only.',
  },
  battlemap: {
    names: 'Battle map',
    means: 'A large map for the wall: one theme, one area, with legend, counts and date.',
  },
  duties: {
    names: 'Three administrators, duty',
    means: 'One makes users, one grants rights, one reads the log. Nobody has two of the duties, and none of them changes data.',
  },
  factor: {
    names: 'Second factor',
    means: 'Besides the password, six digits that an authenticator shows and that change every 30 seconds.',
  },
  seal: {
    names: 'Seal, seals',
    means: 'Every five seconds a hash is made of the log and of the seal before. Whoever changes an old line breaks the chain.',
  },
  token: {
    names: 'Token, tokens',
    means: 'A long password for QGIS or a script, which can do no more than whose it is.',
  },
}
