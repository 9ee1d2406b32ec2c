/** What the commands of the audit say. */
const en = {
  summary: 'search, follow, verify and export the audit',
  search: 'show the last events that match',
  tail: 'show events as they are written, until it is stopped',
  verify: 'check the chain of seals: whether any event was changed, added or removed',
  export: 'write all events that match to stdout, as JSON lines or CSV',
  data: 'folder of the server (default: .hufu/data)',
  config: 'JSON file of the configuration of `hufu start`',
  since: 'from here on: 2027-03-31, 2027-03-31T12:00:00Z, or how long ago: 15m, 24h, 7d',
  until: 'before this; written like --since',
  type: 'only events of this type, such as token_issued',
  outcome: 'only done or refused',
  client: 'only of this client_id',
  subject: 'only of this sub',
  authorization: 'only of this authorization',
  limit: 'how many at most (default: 100)',
  csv: 'CSV instead of JSON lines',
  remembered: 'a head that was shown before, NUMBER:HASH; the chain must still go through it',
  badFilter: (option: string) =>
    option === '--outcome'
      ? '`--outcome` is done or refused'
      : `\`${option}\` is a time, or how long ago: 15m, 24h, 7d`,
  badHead: '`--head` is NUMBER:HASH, as `hufu audit verify` shows it',
  counted: (events: number, seals: number, unsealed: number, pruned: number) =>
    `events: ${events}, seals: ${seals}, not sealed yet: ${unsealed}, removed when their time was over: ${pruned === 0 ? 'none' : `up to seal ${pruned}`}`,
  whole: 'the audit is as it was sealed',
  notWhole: 'THE AUDIT IS NOT AS IT WAS SEALED',
  head: 'head',
  findings: {
    seal_missing: (seal: number, _place: string) => `seal ${seal} is missing`,
    seal_changed: (seal: number, _place: string) => `seal ${seal} was changed, or is not of this server`,
    order_changed: (seal: number, _place: string) => `seal ${seal}: its events are in another order`,
    event_changed: (seal: number, event: string) => `seal ${seal}: event ${event} was changed`,
    event_added: (seal: number, event: string) => `seal ${seal}: event ${event} was added`,
    event_removed: (seal: number, place: string) => `seal ${seal}: the event at place ${place} was removed`,
    head_missing: (seal: number, _place: string) => `the remembered seal ${seal} is missing: the end was cut off`,
    head_differs: (seal: number, _place: string) => `seal ${seal} is another one than what was remembered`,
  },
}

const zhCN: typeof en = {
  summary: '查询、跟踪、校验和导出审计记录',
  search: '显示最近的匹配事件',
  tail: '实时显示新写入的事件，直到停止',
  verify: '校验封印链：是否有事件被修改、添加或删除',
  export: '将全部匹配事件以 JSON 行或 CSV 写到标准输出',
  data: '服务器数据目录（默认：.hufu/data）',
  config: '`hufu start` 的 JSON 配置文件',
  since: '起始时间：2027-03-31、2027-03-31T12:00:00Z，或多久以前：15m、24h、7d',
  until: '截止时间（不含），写法同 --since',
  type: '仅此类型的事件，例如 token_issued',
  outcome: '仅 done（成功）或 refused（拒绝）',
  client: '仅此 client_id',
  subject: '仅此 sub',
  authorization: '仅此授权',
  limit: '最多显示多少条（默认：100）',
  csv: '输出 CSV，而非 JSON 行',
  remembered: '先前显示过的链头 NUMBER:HASH；封印链必须仍经过它',
  badFilter: (option: string) =>
    option === '--outcome' ? '`--outcome` 应为 done 或 refused' : `\`${option}\` 应为时间，或多久以前：15m、24h、7d`,
  badHead: '`--head` 应为 NUMBER:HASH，即 `hufu audit verify` 显示的形式',
  counted: (events: number, seals: number, unsealed: number, pruned: number) =>
    `事件：${events}，封印：${seals}，尚未封印：${unsealed}，到期删除：${pruned === 0 ? '无' : `至封印 ${pruned}`}`,
  whole: '审计记录与封印一致',
  notWhole: '审计记录与封印不一致！',
  head: '链头',
  findings: {
    seal_missing: (seal: number, _place: string) => `缺少封印 ${seal}`,
    seal_changed: (seal: number, _place: string) => `封印 ${seal} 被修改，或不属于此服务器`,
    order_changed: (seal: number, _place: string) => `封印 ${seal}：事件顺序被改动`,
    event_changed: (seal: number, event: string) => `封印 ${seal}：事件 ${event} 被修改`,
    event_added: (seal: number, event: string) => `封印 ${seal}：事件 ${event} 系后来添加`,
    event_removed: (seal: number, place: string) => `封印 ${seal}：第 ${place} 个事件被删除`,
    head_missing: (seal: number, _place: string) => `缺少先前记下的封印 ${seal}：末尾被截断`,
    head_differs: (seal: number, _place: string) => `封印 ${seal} 与先前记下的不同`,
  },
}

export const auditWords = { en, 'zh-CN': zhCN }
