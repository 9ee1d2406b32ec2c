import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { durationIn } from './duration.ts'
import type { Messages } from './en.ts'
import { deviceTexts } from './zh-CN-device.ts'
import { errorTexts } from './errors/zh-CN/index.ts'

const duration = durationIn('zh-CN')

/** 页面上的全部中文文字；与英文一同书写，缺一个键就无法通过编译（UX-9.3）。 */
export const zhCN: Messages = {
  lang: 'zh-CN',
  dir: 'ltr',

  shell: {
    titleOf: (page: string, product: string) => `${page} · ${product}`,
    homeLink: (product: string) => `${product} 首页`,
    footer: '关于本页',
    language: '语言',
    help: '帮助',
    development: '开发服务器，请勿用于真实账号。',
  },

  signIn: {
    title: '登录',
    toContinueTo: (app: Html) => html`登录后继续前往 ${app}`,
    alone: (product: Html) => html`登录你的 ${product} 账号`,
    username: '邮箱或用户名',
    password: '密码',
    show: '显示',
    hide: '隐藏',
    submit: '继续',
    wrong: '用户名或密码不对，请检查后再试。',
    throttled: (minutes: number) => `尝试次数太多，请等${duration(minutes * 60)}后再试。`,
    cancel: (app: string) => `取消，回到 ${app}`,
    demoTitle: '只是来看看？',
    demo: '使用演示账号',
    demoNote: (username: Html) => html`将以 ${username} 登录，里面的内容都是虚构的。`,
  },

  consent: {
    title: (app: string) => `${app} 想使用你的账号`,
    heading: (app: Html) => html`${app} 想使用你的账号`,
    reviewed: '开发者已验证',
    unreviewed: (product: Html) => html`未经验证：${product} 没有核实过这个开发者。确定认识这个应用，再继续。`,
    localProgram: '发起请求的是这台电脑上的程序。确定是你自己刚刚启动的，再继续。',
    fromHost: (host: Html, product: Html) => html`来自 ${host} 的应用，并非 ${product} 出品`,
    looksLike: (app: Html, other: Html) => html`名称“${app}”和“${other}”很像，但这是另一个应用。`,
    madeBy: (developer: Html, product: Html) => html`由 ${developer} 开发，并非 ${product} 出品`,
    madeByOthers: (product: Html) => html`独立应用，并非 ${product} 出品`,
    signedInAs: (account: Html) => html`当前账号：${account}`,
    anotherAccount: '换一个账号',
    once: '仅此一次',
    inDetail: '具体内容',
    yes: '是',
    no: '否',
    able: '它将可以',
    fresh: '新增',
    already: '之前已允许',
    access: { read: '读取', write: '修改', delete: '删除', money: '资金' },
    needed: '必需',
    optional: '可选',
    optionalHint: '由你决定，可以不选。',
    unable: '它不能',
    unablePassword: '看到你的密码。密码只在这里输入。',
    until: '有效期',
    untilRemoved: '直到你移除为止',
    untilOver: (seconds: number) => duration(seconds),
    untilUnused: (seconds: number) => `直到连续${duration(seconds)}没有使用`,
    untilOverOrUnused: (over: number, unused: number) =>
      `最长${duration(over)}；连续${duration(unused)}没有使用也会失效`,
    untilOnce: (seconds: number) => `仅限这一次，最长${duration(seconds)}`,
    destination: '之后前往',
    destinationDevice: (host: Html) => html`这台设备上的程序，地址 ${host}`,
    destinationApp: (scheme: Html) => html`这台设备上能打开 ${scheme} 的应用`,
    cancel: '取消',
    allow: '允许',
    next: '接下来会发生什么',
    nextAllow: (app: Html) =>
      html`如果你允许，${app}
      会收到一个授权码，只能用一次，很快就会失效。它用授权码换取访问令牌，凭令牌只能做上面列出的事，别的都不行。`,
    nextCancel: (app: Html) => html`如果你取消，${app} 只会知道你没有同意，不会得到你的任何其他信息。`,
    nextTechnical: '技术细节',
    clientId: '客户端',
    scopes: '权限范围',
  },

  identity: {
    openid: { title: '用你的账户登录', detail: '应用会通过一个固定不变的编号认出是你。' },
    profile: { title: '查看你的个人资料', detail: '姓名、用户名、头像、语言等已填写的信息。' },
    email: { title: '查看你的电子邮箱', detail: '以及它是否经过验证。' },
    address: { title: '查看你的邮寄地址', detail: '仅限已填写的部分。' },
    phone: { title: '查看你的手机号码', detail: '以及它是否经过验证。' },
  },

  handOff: {
    title: (app: string) => `回到 ${app}`,
    heading: (app: Html) => html`正在带你回到 ${app}`,
    headingApp: (app: Html) => html`可以回到 ${app} 了`,
    allowed: '好了，你已允许访问。',
    refused: '好了，没有分享任何内容。',
    failed: '请求没能完成，没有分享任何内容。',
    signedOut: '好了，你已在这里退出登录。',
    waiting: '稍等片刻。如果没有反应，请从这里继续。',
    waitingApp: '由你决定：点按钮就会前往，之后可以关闭本页。',
    link: (app: string) => `继续前往 ${app}`,
    destination: '即将前往',
  },

  refusal: {
    safe: '你的账号没有分享给任何人。',
    app: {
      heading: '带你来这里的应用出了差错',
      body: '我们看不懂它的请求，所以什么都没有开始。',
      advice: '请回到应用再试一次。如果还是这样，请把下面的编号发给应用的开发者。',
    },
    client: {
      heading: '我们不认识带你来这里的应用',
      body: '它可能已被移除，也可能是链接不完整。',
      advice: '请回到应用再试一次。如果还是这样，请把下面的编号发给应用的开发者。',
    },
    address: {
      heading: '我们没有带你前往那个地址',
      body: '应用要求把你带到一个它没有登记过的地址。这多半是设置上的疏忽，偶尔也可能是有人想骗你。',
      advice: '你不用做什么。如果你信任这个应用，请把下面的编号发给它的开发者。',
    },
    stale: {
      heading: '这个链接已经失效',
      body: '它只能使用一次，而且有效时间很短；现在它已被用过，或者等得太久。',
      advice: '请回到应用重新开始。',
    },
    busy: {
      heading: '我们暂时无法回应',
      body: '现在比平时忙，或者尝试次数太多。',
      advice: '请等几分钟再试。',
    },
    fault: {
      heading: '我们这边出了问题',
      body: '这不是你的错，什么都没有改变。',
      advice: '请过几分钟再试。如果还是这样，请把下面的编号告诉管理员。',
    },
    document: {
      heading: '我们无法确认是哪个应用带你来的',
      body: '这个应用由它自己服务器上的一份文档来说明，而这份文档我们用不了。',
      advice: '请回到应用，过一分钟再试。如果还是这样，请把下面的编号发给应用的开发者。',
    },
    signOut: {
      heading: '应用没能让你在这里退出登录',
      body: '它的请求有问题，所以什么都没有改变。你在这个浏览器里可能仍是登录状态。',
      advice: '你可以自己在这里退出登录。如果还是这样，请把下面的编号发给应用的开发者。',
    },
    documentHost: (host: Html) => html`文档应当在 ${host} 上。`,
    reference: '编号',
    developer: '给应用开发者',
    explain: '这个编号是什么意思',
    received: '收到的地址',
    registered: '登记的地址',
    noneRegistered: '这个应用没有登记任何地址。',
    differing: '不同之处：',
  },

  redirect: {
    other_app: '这个地址登记在你的另一个应用名下。请检查 client_id。',
    other_environment: '这个地址登记在这个应用的另一个环境里。请检查调用的是哪台服务器。',
    scheme: '协议不同：http 和 https 是两个不同的地址。请按登记的写法发送。',
    loopback_name: 'localhost、127.0.0.1 和 [::1] 是三个不同的地址。请发送登记过的那个；最好用 127.0.0.1。',
    port: '端口不同。只有 http://127.0.0.1 和 http://[::1] 可以换端口。',
    trailing_slash: '一个地址以斜杠结尾，另一个没有。请按登记的写法发送。',
    letter_case: '大小写不同。整个地址都区分大小写，路径也一样。',
    www: '一个地址带 www.，另一个没有。',
    percent_encoding: '百分号编码不同，可能编码了两次。作为查询参数，只需编码一次。',
    query: '查询部分不同。想带回来的内容请放进 state，不要放进回调地址。',
    fragment: '回调地址不能有 # 部分，请去掉。',
    default_port: '有一个地址写出了默认端口。两边都请省略。',
    missing_path: '缺少路径。请发送完整的地址，不能只有主机名。',
    look_alike: '地址里有一个只是看起来相像的字符。请手工重新输入。',
    nothing_near: '没有登记过与它相近的地址。请把它加到应用里，或者发送已登记的地址。',
  },

  answered: {
    title: '你已经回答过了',
    body: '你的回答已经收到。这一页不能再用第二次，这样就不会重复允许。',
    expiredTitle: '这一页已经失效',
    expiredBody: '它打开得太久，或者是在另一个浏览器里开始的。没有分享任何内容。',
    advice: '如果想更改，请回到应用重新开始。',
    home: (app: string) => `前往 ${app}`,
  },

  signOut: {
    title: '要退出登录吗？',
    body: (product: Html) => html`这会在这个浏览器里退出 ${product}。`,
    apps: '你允许代你操作的应用仍可继续访问，只用来登录的应用则不能。',
    told: '以下应用会收到通知，可能也会让你退出：',
    signedInAs: (account: Html) => html`当前账号：${account}`,
    askedBy: (app: Html) => html`${app} 带你来这里退出登录。`,
    nobody: '这个浏览器里没有人登录。',
    submit: '退出登录',
    stay: '保持登录',
    doneTitle: '你已退出登录',
    doneBody: (product: Html) => html`这个浏览器里已经没有人登录 ${product}。`,
    again: '重新登录',
    home: '首页',
  },

  home: {
    title: (product: string) => `这里是 ${product}`,
    heading: (product: Html) => html`这里是 ${product}`,
    lead: '在这里，由你决定哪些应用可以使用你的账号、能做什么。应用永远看不到你的密码。',
    signedInAs: (account: Html) => html`当前账号：${account}`,
    signedOut: '这个浏览器里没有人登录。',
    signIn: '登录',
    signOut: '退出登录',
    questions: '值得知道',
    answers: [
      {
        question: '应用怎样得到访问权？',
        answer: '应用把你带到这里。你登录，看清它想要什么，允许或者不允许，然后回到应用。',
      },
      {
        question: '应用能看到我的密码吗？',
        answer: '不能。密码只在本站输入。应用拿到的是它自己的钥匙，只能做你允许的事。',
      },
      {
        question: '怎样知道这个页面是真的？',
        answer: '输入密码之前，先看浏览器里的地址。它必须是你认识的那个。',
      },
    ],
    developers: '给开发者',
    inspector: '逐步观看一次登录',
    metadata: '机器可读的服务器说明（RFC 8414）',
  },

  errorCode: {
    title: (id: string) => `错误 ${id}`,
    meaning: '是什么意思',
    causes: '为什么会这样（最常见的在前）',
    fix: '怎样解决',
    example: '试一试',
    wire: '实际传输的内容',
    wireNone: '没有 error 属性：请求里根本没有令牌可说，或者是应用自己拒绝。',
  },

  notFound: {
    title: '没有这个页面',
    body: '地址可能写错了，也可能页面已经搬走。',
    home: '首页',
  },

  notAllowed: {
    title: '你的账号不能查看此页面',
    body: '此页面仅供本服务器的管理员使用。如果你是管理员，请用管理员账号登录。',
    signIn: '使用其他账号',
  },

  device: deviceTexts,

  errors: errorTexts,
}
