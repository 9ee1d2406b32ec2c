import type { ErrorTexts } from '../../error-text.ts'

/** 谁已登录，以及他们的决定。 */
export const person = {
  'HF-AUTHZ-0140': {
    title: '对方没有同意',
    meaning: '用户在登录或授权页面点了取消。这是一个回答，不是故障。',
    causes: ['用户不想分享所要求的内容。', '应用在说清用途之前就提出了请求。'],
    fix: ['告诉用户已经取消，并提供再试一次的机会。', '先少要一些，需要时再要更多。'],
  },
  'HF-AUTHZ-0160': {
    title: '必须让用户看到页面',
    meaning: '请求写了 prompt=none，也就是不显示任何页面直接回答。现在做不到，因为用户需要登录或者需要询问。',
    causes: ['用户已经不在登录状态。', '应用要的内容用户还没有允许过。'],
    fix: ['去掉 prompt=none，再把用户带来一次。'],
  },
  'HF-AUTHZ-0161': {
    title: '无法读取 claims',
    meaning:
      'claims 是一个 JSON 对象，其中的 id_token 和 userinfo 各是一个列出声明名称的对象，每个名称的值是 null 或对象。如果给 sub 指定了值，只能指同一个人。',
    causes: ['JSON 没有做百分号编码，或者被截断了。', '该是对象的地方写成了列表或文本。'],
    fix: ['发送 JSON.stringify 的结果，并做百分号编码。', '不写 claims：对大多数应用来说，scope 就够了。'],
  },
  'HF-AUTHZ-0162': {
    title: 'id_token_hint 不是发给本应用的 ID 令牌',
    meaning:
      'id_token_hint 说明应用期待的是谁。它必须是本服务器发给同一个应用的 ID 令牌；可以已经过期，但签名所用的密钥必须仍在公布之列。',
    causes: [
      '发送的是访问令牌。',
      'ID 令牌来自别的服务器，或属于别的应用。',
      '它太旧了，密钥已不再公布。',
      'claims 里指的是另一个人。',
    ],
    fix: ['发送手头最新的 ID 令牌，或者不写 id_token_hint，改用 login_hint。'],
  },
  'HF-AUTHZ-0163': {
    title: '登录的是另一个人',
    meaning: '应用通过 id_token_hint 或 claims 指定了某个人，而已登录或刚刚登录的是另一个人。绝不会用别人来顶替。',
    causes: ['这个人有多个账户，选了另一个。', '浏览器由多人共用。'],
    fix: ['去掉提示再发送请求，让用户自己选择。'],
  },
  'HF-AUTHZ-0164': {
    title: '这里没有这么强的登录方式',
    meaning: '应用声明某个 acr 是必需的，而这里的任何登录方式都达不到。可用的值列在 acr_values_supported 中。',
    causes: ['用了其他服务商的值。', '应用要求第二因素，而这里没有提供。'],
    fix: ['使用 acr_values_supported 中的值。', '改用 acr_values：它只是愿望，不是条件。'],
  },
  'HF-AUTHZ-0165': {
    title: '不能在请求里注册应用',
    meaning: '参数 registration 用于自签发的身份提供方。在这里，应用要先注册再发请求。',
    causes: ['库被设置成了自签发模式。'],
    fix: ['先注册应用，并去掉这个参数。'],
  },
  'HF-AUTHZ-0170': {
    title: 'dpop_jkt 不是密钥的指纹',
    meaning: 'dpop_jkt 把授权码绑定到应用的密钥（RFC 9449 第 10 节）。它是公钥的 SHA-256 指纹，43 个 base64url 字符。',
    causes: ['发送了密钥本身，或者它的 kid。', '指纹用了十六进制，或者是末尾带 = 的 base64。'],
    fix: ['按 RFC 7638 计算指纹，各种库都有现成的函数。', '或者不发送 dpop_jkt。'],
  },
} satisfies ErrorTexts
