import type { ErrorTexts } from '../../error-text.ts'

/** 自行登记的客户端。 */
export const registration = {
  'HF-REG-0401': {
    title: '读不懂注册内容',
    meaning: '客户端元数据是一个 JSON 对象，以 application/json 和 UTF-8 发送，最多 64 KiB。',
    causes: ['正文是表单，或者是别的媒体类型。', 'JSON 有误、有成员写了两次，或者嵌套超过 16 层。'],
    fix: ['发送一个 JSON 对象，并写明 Content-Type: application/json。'],
  },
  'HF-REG-0402': {
    title: '有一个回调地址不合要求',
    meaning: '说明里写着它在 redirect_uris 中的位置，以及违反了哪条规则。',
    causes: [
      '除了 127.0.0.1、[::1] 和 localhost，别的主机用了 http。',
      '地址带有片段、通配符或用户信息，或者不是绝对地址。',
      'application_type 是 web，地址却在本机。',
    ],
    fix: [
      '网站用 https，设备上的程序用 http://127.0.0.1/callback。',
      '设备上的程序请写 "application_type": "native"。',
    ],
  },
  'HF-REG-0403': {
    title: '客户端元数据不合要求',
    meaning: '说明里写着是哪一项，以及违反了哪条规则。不认识的成员不是原因，它们会被略去。',
    causes: [
      'grant_types 与 response_types 互相矛盾。',
      'jwks 与 jwks_uri 同时出现，或者给了私钥。',
      '有地址不是 https。',
      '修改时写了只有服务器才能设的成员，或者写了别的 client_id。',
    ],
    fix: ['改正说明里写的那一项，再把全部元数据发送一次。'],
  },
  'HF-REG-0404': {
    title: '名称与另一个应用太像',
    meaning: '人们是看名称做决定的。如果名称会被误认成管理员审核过的应用，或者误认成本服务器，就不会接受。',
    causes: ['只是换了别种文字里的字母、大小写或符号。'],
    fix: ['换一个一看就不同的名称。', '如果应用就是你的，请管理员来登记。'],
  },
  'HF-REG-0405': {
    title: '软件声明无效',
    meaning: '软件声明是一个 JWT，由签发者的密钥签名，并且没有过期。',
    causes: ['签名与管理员交给本服务器的公钥不符。', '它已过期。', '它不是 JWT。'],
    fix: ['向签发者要一份新的声明，原样发送。', '不要写 software_statement。'],
  },
  'HF-REG-0406': {
    title: '不相信这个软件声明的签发者',
    meaning: '本服务器只接受指定签发者的软件声明，这一个不在其中。',
    causes: ['这份声明是给别的服务器的。', '管理员没有添加它的签发者。'],
    fix: ['不要写 software_statement，或者请管理员添加签发者。'],
  },
  'HF-REG-0407': {
    title: '注册需要初始访问令牌',
    meaning: '在这里注册客户端要用管理员发放的令牌。请求里没有令牌，或者令牌无效。',
    causes: ['缺少请求头 Authorization: Bearer。', '令牌的使用次数已经用完。', '令牌已过期。'],
    fix: ['向管理员要一个令牌：用 hufu registration-token 生成。', '用 Authorization: Bearer 发送。'],
  },
  'HF-REG-0408': {
    title: '注册访问令牌无效',
    meaning: '查看和修改注册内容，要用注册时一同得到的令牌。有没有这个客户端，不会告诉别人。',
    causes: ['令牌属于另一个客户端。', '客户端已被删除，或者因为长期无人使用而被移除。'],
    fix: ['用 Authorization: Bearer 发送这个客户端的 registration_access_token。', '重新注册。'],
  },
  'HF-REG-0409': {
    title: '客户端已被停用',
    meaning: '管理员停用了这个客户端。重新启用之前，它的注册内容不能查看，也不能修改。',
    causes: ['管理员关掉了这个客户端。'],
    fix: ['请联系管理员。'],
  },
  'HF-REG-0410': {
    title: '不接受这台主机的说明文档',
    meaning: '管理员规定了本服务器接受哪些主机的客户端文档，这台主机不在其中。',
    causes: ['服务器只接受指定主机的文档。', '这台主机被禁止了。'],
    fix: ['请管理员允许这台主机，或者登记这个客户端。'],
  },
  'HF-REG-0411': {
    title: '新客户端太多，或同一客户端修改过于频繁',
    meaning:
      '同一个来源在一分钟、一小时和一天里只能新增这么多客户端，总数也有上限。同一个客户端修改注册信息的次数也有限制。',
    causes: ['程序每次启动都重新注册，没有保存注册结果。', '程序反复提交自己的注册信息。', '很多人共用一个地址。'],
    fix: ['按 Retry-After 说的时间等待。', '保存 client_id 和一同得到的令牌，下次继续使用。'],
  },
} satisfies ErrorTexts
