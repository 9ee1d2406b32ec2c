import type { ErrorTexts } from '../../error-text.ts'

/** 授权请求的写法。 */
export const request = {
  'HF-AUTHZ-0110': {
    title: 'PKCE 的 challenge 缺失或格式不对',
    meaning: '每个授权请求都要带 code_challenge，也就是虎符的右半。只有持有左半（verifier）的一方才能使用授权码。',
    causes: [
      '库里没有开启 PKCE。',
      'challenge 用了十六进制或带填充的 base64，而不是 43 个 base64url 字符。',
      '库太旧，不支持 PKCE。',
    ],
    fix: [
      '开启 PKCE，选项通常叫 pkce、usePKCE 或 code_challenge_method。',
      '也可以自己做：取 32 个随机字节，写成 base64url 作为 verifier，再发送 base64url(SHA-256(verifier))。',
    ],
  },
  'HF-AUTHZ-0111': {
    title: 'PKCE 的方法必须是 S256',
    meaning: '用 plain 方法时，看到请求的人就同时拿到了两半虎符。本服务器只接受 S256，缺少方法时也不会猜测。',
    causes: ['没有写 code_challenge_method，按规定就等于 plain。', '库被设成了 plain。'],
    fix: ['发送 code_challenge_method=S256。'],
  },
  'HF-AUTHZ-0112': {
    title: '有参数出现了两次',
    meaning: '请求里每个参数只能出现一次。否则两个程序可能各读各的，这曾被用来攻击。',
    causes: ['地址里本来就有这个参数，又追加了一次。', '代理或中间件自己加了参数。'],
    fix: ['用 URL 库来拼地址，设置参数，而不是追加。'],
  },
  'HF-AUTHZ-0113': {
    title: '参数的字符或长度不被允许',
    meaning: '某个值含有控制字符，或者长得超出了这个参数可能的含义。',
    causes: ['state 里放了太多内容。', '复制时带进了换行或其他看不见的字符。'],
    fix: ['把请求的内容存在自己的会话里，state 只放一个随机的键。'],
  },
  'HF-AUTHZ-0114': {
    title: '缺少 response_type',
    meaning: '请求没有说明想要什么。',
    causes: ['忘了这个参数。', '地址被截断，或者其中的 & 被编码成了 %26。'],
    fix: ['发送 response_type=code。'],
  },
  'HF-AUTHZ-0115': {
    title: '不支持这种 response_mode',
    meaning:
      '结果放在回调地址的查询部分里带回去；开启 OpenID Connect 后，也可以用表单提交到回调地址。表单只能提交到网页地址，不能提交到 [::1]。',
    causes: ['库要求用 fragment 或签名的结果。', '回调地址是应用私有的，却要求用 form_post。'],
    fix: ['去掉 response_mode，或者发送 query。'],
  },
  'HF-AUTHZ-0116': {
    title: '不支持请求对象',
    meaning: '参数被放在 request 或 request_uri 里。本服务器只读普通参数。',
    causes: ['库被设成了签名的或推送的授权请求。'],
    fix: ['在库里关掉它，把参数放在查询部分发送。'],
  },
  'HF-AUTHZ-0117': {
    title: '请求无法读取',
    meaning: '请求太大、参数太多，或者不是有效的 UTF-8。',
    causes: ['state 或 scope 非常长。', '百分号编码不完整，或者不是 UTF-8。'],
    fix: ['缩短内容，并用 URL 库编码。'],
  },
  'HF-AUTHZ-0118': {
    title: 'prompt 的值不被允许',
    meaning: 'prompt 可以单独是 none，也可以是 login、consent，或用空格隔开的两者。',
    causes: ['none 与别的值写在了一起。', '用了其他服务商的值。'],
    fix: ['不需要就不要写 prompt。'],
  },
  'HF-AUTHZ-0119': {
    title: 'max_age 不是数字',
    meaning: 'max_age 表示登录最多可以是多少秒以前的事。它是不小于零的整数。',
    causes: ['计算它时用到了空值。', '带了单位或小数点。'],
    fix: ['发送整数秒，或者不写。'],
  },
  'HF-AUTHZ-0120': {
    title: '不支持这种 response_type',
    meaning: 'OAuth 2.1 已经取消隐式授权：放在地址里的令牌会留在历史和日志中。现在只发授权码，由应用换取令牌。',
    causes: ['应用照着旧教程请求 token 或 id_token。', '值写错了。'],
    fix: ['发送 response_type=code 并使用 PKCE。浏览器里的应用也可以这样做。'],
  },
  'HF-AUTHZ-0121': {
    title: '这个客户端不能把人带到这里',
    meaning: '登记这个客户端时没有包含授权码方式。',
    causes: ['它是为自己办事的任务登记的（客户端凭据）。', '登记信息里的 grant_types 没写或改过。'],
    fix: ['在客户端的 grant_types 里加上 authorization_code。', '更好的做法：为给人用的应用单独登记一个客户端。'],
  },
} satisfies ErrorTexts
