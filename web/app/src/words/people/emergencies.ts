// Reading sensitive fields for some hours, for a reason that others are told.

const zh = {
  title: '应急查看',
  item: '应急查看敏感信息…',
  intro: '急需而平时无权看时（如汛情须打电话给队长），可看您所能看的村的敏感字段 3 小时。',
  told: '您的姓名、理由和每次查看都记入审计，安全管理员、审计管理员和当地负责人立即看到。',
  area: '哪里',
  reason: '理由（至少 10 个字，别人会看到）',
  begin: '开始，3 小时后自动结束',
  own: (area: string, until: string) => `正在应急查看${area}的敏感信息，至 ${until}`,
  others: (who: string, area: string, until: string) => `${who} 正在应急查看${area}的敏感信息，至 ${until}`,
  end: '结束',
  seen: '知道了',
  none: '近 90 天没有人应急查看',
  lasts: '进行中',
  ended: '提前结束',
  everywhere: '全部',
  errors: {
    short: '理由太短：至少 10 个字',
    refused: '这里不能应急查看：您看不到那里的内部数据，或本来就能看敏感信息',
    failed: '未成功',
  },
}

const en: typeof zh = {
  title: 'Emergencies',
  item: 'Emergency access…',
  intro: 'When it is urgent and you may not otherwise, as when a flood has you call a village leader, you may read the sensitive ' +
    'fields of villages that you see for 3 hours.',
  told:
    'Your name, the reason and each reading go on record; the administrators of security and audit, ' +
    'and who is in charge there, see it at once.',
  area: 'Where',
  reason: 'Reason (10 characters or more; others will read it)',
  begin: 'Begin; it ends after 3 hours',
  own: (area, until) => `You read sensitive fields for an emergency: ${area}, until ${until}`,
  others: (who, area, until) => `${who} reads sensitive fields for an emergency: ${area}, until ${until}`,
  end: 'End it',
  seen: 'Noted',
  none: 'No emergencies in the last 90 days',
  lasts: 'goes on',
  ended: 'ended before its time',
  everywhere: 'everywhere',
  errors: {
    short: 'The reason is too short: 10 characters at least',
    refused: 'Not here: you do not see internal fields there, or may read sensitive ones anyway',
    failed: 'It did not work',
  },
}

export const words = { zh, en }
