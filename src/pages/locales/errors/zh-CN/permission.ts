import type { ErrorTexts } from '../../error-text.ts'

/** 请求的内容：范围、API、细节。 */
export const permission = {
  'HF-AUTHZ-0130': {
    title: '权限范围格式不对或不存在',
    meaning: '请求的权限范围在这里不存在，或者列表无法读取。',
    causes: ['名称写错了。', '用逗号隔开了；应当用一个空格隔开。', '这是其他服务商的权限范围。'],
    fix: ['与服务器或 API 元数据里的 scopes_supported 对照。', '名称之间只用一个空格。'],
  },
  'HF-AUTHZ-0131': {
    title: '这个客户端不能请求该权限范围',
    meaning: '权限范围存在，但不在这个客户端的登记里。',
    causes: ['应用要的比以前多。', '登记时还没有这个权限范围。'],
    fix: ['请管理员把它加到客户端，或者不要请求它。'],
  },
  'HF-AUTHZ-0132': {
    title: '这些权限范围属于不同的 API',
    meaning: '一个访问令牌只给一个 API 用。请求的权限范围属于多个 API，又没有说明是哪一个。',
    causes: ['把两个 API 的权限范围放进了一个请求。'],
    fix: ['用 resource 说明是哪个 API。', '每个 API 分别请求一次。'],
  },
  'HF-AUTHZ-0150': {
    title: '不认识这个 API',
    meaning: 'resource 指的 API 没有在这里登记，或者它不是不带 # 部分的完整地址。',
    causes: ['结尾多了斜杠，或者端口、路径与登记的不同。', '写的是 API 里某个页面的地址，而不是它的标识。'],
    fix: ['按 API 元数据里 resource 的写法发送。'],
  },
  'HF-AUTHZ-0151': {
    title: '没有说明是哪个 API',
    meaning: '这里登记了多个 API，客户端没有默认的，权限范围也看不出是哪一个。',
    causes: ['没有写 resource。'],
    fix: ['发送 resource。', '请管理员给客户端设置默认的 API。'],
  },
  'HF-AUTHZ-0152': {
    title: '写了不止一个 API',
    meaning: '一个访问令牌只给一个 API，这样任何 API 都不能拿它去用在别处。',
    causes: ['resource 发送了多次。'],
    fix: ['每个请求只写一个 resource，每个 API 各取一个令牌。'],
  },
  'HF-AUTHZ-0180': {
    title: '无法读取 authorization_details',
    meaning:
      'authorization_details 是一个 JSON 数组，里面的每个对象都要有 type（RFC 9396）。同一个成员不能出现两次，对象最多十个。',
    causes: ['发来的是单个对象，而不是数组。', 'JSON 被截断，或者没有恰好做一次百分号编码。', '有对象缺少 type。'],
    fix: ['发送 JSON 数组，并像其他参数一样做百分号编码。'],
  },
  'HF-AUTHZ-0181': {
    title: '不能使用这种 authorization_details',
    meaning: '这个类型在本服务器上没有设置，或者不对这个客户端开放，或者必须由用户来允许。',
    causes: [
      '类型写错了，或者属于另一台服务器。',
      '客户端登记了 authorization_details_types，其中没有这个类型。',
      '用 client_credentials 请求了只能由用户允许的类型。',
    ],
    fix: ['与发现文档里的 authorization_details_types_supported 对照。', '请管理员把这个类型加到客户端的登记里。'],
  },
  'HF-AUTHZ-0182': {
    title: 'authorization_details 里有字段不对',
    meaning: '每个类型都规定了字段的种类和范围。不认识的字段也会被拒绝，因为没法向用户说明它的意思。',
    causes: [
      '缺少必需的字段，或者多了不认识的字段。',
      '金额写成了数字；它应是文本，这样才不会被四舍五入。',
      '文本太长、为空，或者含有看不见的字符。',
    ],
    fix: ['把对象与服务器设置里该类型的字段逐一对照。'],
  },
  'HF-AUTHZ-0183': {
    title: 'authorization_details 与 resource 不一致',
    meaning: '每个类型属于一个 API，每个访问令牌也只用于一个 API：详细内容必须属于指明的那个 API。',
    causes: ['resource 写的不是该类型所属的 API。', '用一个令牌请求了两个 API 的详细内容。'],
    fix: ['不写 resource，或者写该类型所属的 API。', '每个 API 各请求一个令牌。'],
  },
} satisfies ErrorTexts
