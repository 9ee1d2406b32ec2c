import type { ErrorTexts } from '../../error-text.ts'

/** 应用的登出。 */
export const signOut = {
  'HF-LOGOUT-0801': {
    title: '退出登录请求无法读取',
    meaning: '应用把浏览器带到这里来退出登录，但请求的格式有问题。没有人被退出登录，浏览器也不会被带到别处。',
    causes: [
      '某个参数出现了两次，或含有不允许的字符。',
      '全部参数加起来超过 8000 个字符。',
      '提交表单时使用的类型不是 application/x-www-form-urlencoded。',
    ],
    fix: ['每个参数只发一次，id_token_hint 用最新的 ID 令牌。'],
  },
  'HF-LOGOUT-0802': {
    title: '提示不是本服务器的 ID 令牌',
    meaning: 'id_token_hint 说明要让谁退出哪个应用。它可以已经过期，但必须由本服务器签发。',
    causes: [
      '发送的是别的令牌：访问令牌，或其他服务器的 ID 令牌。',
      '令牌被改动或截断。',
      '令牌太旧，签名用的密钥已不再公布。',
    ],
    fix: ['发送最近一次令牌响应里的 id_token。', '没有的话，请省略 id_token_hint，改为发送 client_id。'],
  },
  'HF-LOGOUT-0803': {
    title: '请求退出登录的应用未知',
    meaning: 'client_id 不是本服务器的客户端，或者与 id_token_hint 中 ID 令牌所属的客户端不同。',
    causes: ['client_id 属于另一个环境。', '应用使用了另一个客户端的 ID 令牌。', '应用已被移除或停用。'],
    fix: ['发送 id_token_hint 时省略 client_id，或者发送与 ID 令牌的 aud 相同的 client_id。'],
  },
  'HF-LOGOUT-0804': {
    title: '退出登录后的地址没有登记',
    meaning:
      'post_logout_redirect_uri 不在客户端的 post_logout_redirect_uris 之中。地址逐字符比较。没有人被退出登录，浏览器也不会被带到那里。',
    causes: ['这个地址只登记在 redirect_uris 里；这是两份不同的列表。', '斜杠、端口或某个字母不同。'],
    fix: ['把这个地址按应用发送的写法登记到客户端的 post_logout_redirect_uris。'],
  },
} satisfies ErrorTexts
