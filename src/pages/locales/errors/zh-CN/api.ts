import type { ErrorTexts } from '../../error-text.ts'

/** 在本服务器端点上使用访问令牌。 */
export const api = {
  'HF-INFO-0701': {
    title: '无法读取 Authorization 请求头',
    meaning: '请求只带一个 Authorization 请求头：Bearer（令牌绑定了密钥时用 DPoP）、一个空格、访问令牌。',
    causes: ['请求头发送了两次。', '缺少 Bearer 一词。', '令牌里有换行，或者前后有引号。'],
    fix: ['按这个格式发送一次。放在地址或请求体里的令牌从不读取。'],
  },
  'HF-INFO-0702': {
    title: '访问令牌在这里无效',
    meaning: '访问令牌不存在、已过期或已被撤销，或者账户已经不在了。',
    causes: [
      '已超过 expires_in 的时间。',
      '用户收回了授权，或者从运行在网页里的应用退出了登录。',
      '发送的是 ID 令牌或刷新令牌。',
    ],
    fix: ['用刷新令牌换取新的访问令牌，或者让用户重新授权。'],
  },
  'HF-INFO-0703': {
    title: '出示令牌的方式不对',
    meaning: '绑定了密钥的令牌要用 DPoP 方案出示，并附上用该密钥生成的证明；没有绑定的令牌用 Bearer 方案出示。',
    causes: ['库把所有令牌都当作 Bearer 出示。', '证明是用另一个密钥生成的。'],
    fix: ['查看令牌端点返回的 token_type，并照此出示。'],
  },
  'HF-INFO-0704': {
    title: '访问令牌缺少 openid',
    meaning: '只有请求过 openid 权限范围并得到用户同意的应用，才能从 UserInfo 了解用户的信息。',
    causes: ['授权请求里没有 openid。', '令牌来自客户端凭据授权，没有用户参与。'],
    fix: ['请求 openid，并按需要加上 profile、email、address 或 phone。'],
  },
} satisfies ErrorTexts
