import type { ErrorTexts } from '../../error-text.ts'

/** 客户端认证。 */
export const client = {
  'HF-CLIENT-0301': {
    title: '客户端无法证明自己的身份',
    meaning: '客户端认证失败。具体原因写在服务器日志里，不写在响应里，因为陌生人也能从中得知。',
    causes: [
      '客户端密钥不对、已停用，或属于另一个环境。',
      '方式与登记的不同，例如放在正文里而不是请求头里。',
      '放进请求头时，标识和密钥在 base64 之前没有做表单编码。',
      '签名断言里 aud 不是签发者、exp 已过、jti 用过，或者密钥没有登记。',
      'client_id 不存在。',
    ],
    fix: [
      '对照登记里的 token_endpoint_auth_method 与库的做法。',
      '重新设置客户端密钥，注意结尾不要带换行。',
      '签名断言：aud 写签发者，exp 设在一分钟后，jti 每次都换，时钟要准。',
    ],
  },
  'HF-CLIENT-0302': {
    title: '请求没有说明来自哪个客户端',
    meaning: '既没有 client_id，也没有客户端认证。',
    causes: ['库设成了不认证，又没有写 client_id。', 'Authorization 请求头在途中丢失。'],
    fix: ['公开的客户端请在正文里发送 client_id。', '让代理原样转发 Authorization 请求头。'],
  },
  'HF-CLIENT-0303': {
    title: '同时用了两种客户端认证',
    meaning: '一个请求只用一种方式证明客户端；两种方式可能指向两个客户端。',
    causes: ['库发送了请求头，应用又在正文里加了 client_secret。'],
    fix: ['去掉其中一种，保留登记的那种。'],
  },
} satisfies ErrorTexts
