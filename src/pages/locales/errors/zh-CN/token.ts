import type { ErrorTexts } from '../../error-text.ts'

/** 令牌请求，以及出示的令牌。 */
export const token = {
  'HF-TOKEN-0219': {
    title: '缺少 grant_type',
    meaning: '请求没有说明用哪种授权方式。',
    causes: ['正文是空的，或者不是以表单发送的。', '忘了这个参数。'],
    fix: ['发送 grant_type=authorization_code、refresh_token 或 client_credentials。'],
  },
  'HF-TOKEN-0220': {
    title: '这里没有这种授权方式',
    meaning: 'OAuth 2.1 已经取消密码方式和隐式授权：它们给应用的都超出了需要。',
    causes: ['应用发送了 grant_type=password。', '值写错了。'],
    fix: ['给人用的应用：授权码加 PKCE（三方授权）。', '为自己办事的任务：客户端凭据（两方授权）。'],
  },
  'HF-TOKEN-0221': {
    title: '这个客户端不能用这种授权方式',
    meaning: '客户端的登记里没有这种方式，或者它只给能保守密钥的客户端用。',
    causes: ['客户端的 grant_types 里没有它。', '公开的客户端（例如浏览器里的应用）请求客户端凭据。'],
    fix: ['在客户端的 grant_types 里加上它。', '在服务器上运行的程序，请登记一个使用 private_key_jwt 或密钥的客户端。'],
  },
  'HF-TOKEN-0222': {
    title: '正文不是表单',
    meaning: '参数只从表单编码的正文里读取，不读 JSON、查询部分或多段正文。',
    causes: ['正文是 JSON。', '参数写在了地址里。', '缺少 Content-Type。'],
    fix: ['发送 Content-Type: application/x-www-form-urlencoded，例如用 URLSearchParams。'],
  },
  'HF-TOKEN-0223': {
    title: '有参数出现了两次',
    meaning: '请求里每个参数只能出现一次。',
    causes: ['库和应用都加了 client_id。', '正文是手工拼出来的。'],
    fix: ['每个参数只设置一次。'],
  },
  'HF-TOKEN-0224': {
    title: '请求太大',
    meaning: '正文或某个值长得超出了可能的含义。',
    causes: ['参数里放进了别的东西，例如一整份响应。'],
    fix: ['只发送这种授权方式需要的内容。'],
  },
  'HF-TOKEN-0225': {
    title: '参数里有不被允许的字符',
    meaning: '某个值含有控制字符，或者这类值不会有的字符。',
    causes: ['从文件读来的值结尾带了换行。', '编码不对。'],
    fix: ['去掉从文件读来的首尾空白，并让库来编码表单。'],
  },
  'HF-TOKEN-0226': {
    title: '权限范围超出了授权',
    meaning: '刷新时可以要用户允许过的权限范围，或者更少，不能更多。',
    causes: ['应用增加了功能，发送了新的列表。', '用户关掉了某个可选权限。'],
    fix: ['刷新时不要写 scope。', '想要更多，请用户重新授权一次。'],
  },
  'HF-TOKEN-0227': {
    title: '这个 API 不在授权之内',
    meaning: 'resource 指的 API 没有问过用户。',
    causes: ['当初授权的是另一个 API。', '标识写法不同，例如多了斜杠。'],
    fix: ['使用与授权请求相同的 resource。'],
  },
  'HF-TOKEN-0228': {
    title: '缺少令牌',
    meaning: '撤销和内省都要知道是哪个令牌。',
    causes: ['参数名写错了。', '保存的令牌是空的。'],
    fix: ['把令牌作为 token 放在正文里发送。'],
  },
  'HF-TOKEN-0229': {
    title: '令牌属于另一个客户端',
    meaning: '客户端只能结束自己的令牌，不能结束别人的。',
    causes: ['应用有两份登记，混用了标识。'],
    fix: ['以当初得到令牌的客户端来认证。'],
  },
  'HF-TOKEN-0230': {
    title: '这个令牌无法撤销',
    meaning: '这种访问令牌自带全部内容，API 检查它时不会来问，几分钟后它自己失效。',
    causes: ['撤销时发送了访问令牌，而不是刷新令牌。'],
    fix: ['请撤销刷新令牌：整个授权就此结束，再也换不到新的访问令牌。'],
  },
  'HF-TOKEN-0231': {
    title: 'authorization_details 超出了已授予的范围',
    meaning: '令牌可以少于用户所允许的，但不能更多：标为上限的金额可以更小，列表可以更短，对象可以更少。',
    causes: ['有字段与当时允许的不同。', '只允许一次的对象被请求了两次。', '管理员后来收回了该客户端的这个类型。'],
    fix: ['不写 authorization_details 就能得到已授予的全部；否则请重新征求用户同意。'],
  },
} satisfies ErrorTexts
