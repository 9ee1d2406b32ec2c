import type { ErrorTexts } from '../../error-text.ts'

/** 带来的令牌和断言。 */
export const exchange = {
  'HF-TOKEN-0260': {
    title: '缺少令牌或它的类型',
    meaning: '令牌交换要带上被交换的令牌，并说明它的种类；如果指明由谁代为行事，也要带上那个令牌和它的种类。',
    causes: [
      '没有发送 subject_token 或 subject_token_type。',
      '发送了 actor_token 却没有 actor_token_type，或者相反。',
    ],
    fix: ['每个令牌都要和它的类型一起发送。'],
  },
  'HF-TOKEN-0261': {
    title: '不交换这种令牌',
    meaning: '这里只用本服务器的访问令牌换访问令牌，不收也不发别的。',
    causes: [
      '把 ID 令牌、刷新令牌或其他签发者的 JWT 当作 subject_token 发送。',
      'requested_token_type 要的不是访问令牌。',
    ],
    fix: [
      '请发送访问令牌，类型为 urn:ietf:params:oauth:token-type:access_token。',
      '如果是本服务器信任的其他签发者的 JWT，请使用 JWT bearer 授权方式。',
    ],
  },
  'HF-TOKEN-0262': {
    title: '要交换的令牌无效',
    meaning:
      '要交换的令牌不是本服务器签发的有效访问令牌，或者这个客户端不是以正常方式得到它的：令牌签发给它，或是出示给它所代表的 API。',
    causes: [
      '令牌已过期，或者令牌本身或它所属的授权已被撤销。',
      '令牌所指的 API 不是这个客户端所代表的。',
      '令牌来自另一台服务器。',
    ],
    fix: ['收到令牌后立即交换，趁它有效。', '把令牌所指的 API 登记为这个客户端的资源（hufu_resources）。'],
  },
  'HF-TOKEN-0263': {
    title: '令牌绑定了密钥',
    meaning: '要交换的令牌只有持有其密钥的一方才能使用，而请求没有证明这一点。',
    causes: ['交换请求没有带 DPoP 证明，或者证明用的是另一把密钥。'],
    fix: ['由持有密钥的一方发起交换，并带上同一把密钥的 DPoP 证明。'],
  },
  'HF-TOKEN-0264': {
    title: '不能用这个令牌代为行事',
    meaning: '说明由谁行事的令牌无效，或者被交换的令牌只允许另一方代为行事。',
    causes: [
      '行事者的令牌已过期、已被撤销，或属于另一个客户端。',
      '行事者已经在代替别人行事。',
      '被交换的令牌指明了谁可以代为行事（may_act），而那是另一方。',
    ],
    fix: ['请发送行事者的有效访问令牌，并且是签发给这个客户端的。', '由令牌所指明的一方来行事。'],
  },
  'HF-TOKEN-0265': {
    title: '没有规则允许这次交换',
    meaning: '客户端可以交换什么、换给哪个 API，都写在它的登记里。没有规则就什么都不能换。',
    causes: [
      '登记里没有适用于那个客户端的令牌的规则。',
      '规则针对的是另一个 API。',
      '规则允许的是取代主体，而请求指明了行事者。',
    ],
    fix: ['在 hufu_token_exchange 里加一条规则：from（谁的令牌）、to（哪个 API）、kind、scope。'],
  },
  'HF-TOKEN-0266': {
    title: '令牌交换的次数太多',
    meaning: '交换得来的令牌可以再次交换，但不能没有尽头。',
    causes: ['几个服务在互相循环调用。', '服务调用链超过了本服务器允许的长度。'],
    fix: ['请交换最初的令牌，而不是最后一个。'],
  },
  'HF-TOKEN-0270': {
    title: '缺少断言',
    meaning: 'JWT bearer 授权方式要带上一个 JWT，由本服务器信任的签发者签发。',
    causes: ['没有发送参数 assertion，或它是空的。'],
    fix: ['把 JWT 作为 assertion 发送。'],
  },
  'HF-TOKEN-0271': {
    title: '断言无效',
    meaning: '这个 JWT 在这里不算数。具体哪里不对写在服务器的审计记录里，不写在响应里，因为陌生人也能从中得知。',
    causes: [
      '它的签发者不在 trustedIssuers 中，或者签名用的不是签发者的密钥。',
      'aud 不是本服务器的 issuer，或者不是单个文本。',
      '缺少 iat、sub 或 jti，或者 exp 在一小时以后。',
      '这个客户端不可以带来该签发者的断言，或者断言里的 client_id 是另一个客户端。',
      '这里没有它的 sub 所指的账户，或者账户已停用。',
      '它含有这里不理解的内容，例如 authorization_details。',
    ],
    fix: ['把各个声明与 trustedIssuers 中该签发者的条目对照。', '查看审计记录：那里写着准确的原因。'],
  },
  'HF-TOKEN-0272': {
    title: '断言已过期',
    meaning: 'exp 中的时间已经过去。',
    causes: ['JWT 存了一段时间才发送。', '两台服务器的时钟不一致。'],
    fix: ['每次请求都取一个新的 JWT，并保持时钟同步（NTP）。'],
  },
  'HF-TOKEN-0273': {
    title: '断言已经用过',
    meaning: '每个断言以它的 jti 识别，只能换一个令牌。',
    causes: ['同一个 JWT 发送了两次，也许是因为第一次的响应丢失了。', '有人复制了它。'],
    fix: ['取一个新的 JWT，它有自己的 jti。'],
  },
  'HF-TOKEN-0279': {
    title: '带来的凭据无效',
    meaning: '本服务器有运营者自己的授权方式，它拒绝了这个请求。',
    causes: ['该授权方式所要的内容缺失、不存在或已过期。'],
    fix: ['请查看运营者对这个 grant_type 的说明。'],
  },
} satisfies ErrorTexts
