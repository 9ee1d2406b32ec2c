export type Language = 'en' | 'zh-CN'

const en = {
  ready: (milliseconds: number) => `demo ready in ${milliseconds} ms`,
  inspector: 'Flow inspector',
  server: 'Authorization server',
  api: 'Order API',
  analytics: 'Shop Analytics',
  account: 'Sign in as',
  data: 'Data',
  opened: '(opened in your browser)',
  resourceServer: 'resource server',
  app: 'third-party app: code + PKCE',
  loopback: 'loopback only, not for production',
  portTaken: (wanted: number, got: number) => `port ${wanted} is taken, so ${got}`,
  redirectUri: (uri: string) => `redirect URI registered: ${uri}`,
  keys: 'i inspector   a analytics   j run the job   r reset   l 中文/English   h help   q quit',
  help: `i  open the flow inspector
  a  open Shop Analytics
  j  run the nightly report: client credentials, no person
  r  reset: forget every sign-in, consent, token and key
  l  以中文显示
  h  this help
  q  quit (Ctrl-C too)`,
  accessToken: 'access token',
  noPerson: 'A and B do not happen: the job acts for itself, no person is asked.',
  watch: (url: string) => `Watch it again: ${url}`,
  didReset: 'Reset: everything is as at the first start. The password stays the one above.',
  didResetFiles: 'Reset: the next start of the demo is a first start.',
  stopped: 'Stopped.',
  noDemo: (folder: string) =>
    `No demo is running on the data in ${folder}. Start one with "npm start", or name its folder with --data.`,
  alreadyRuns: (issuer: string, folder: string) =>
    `A demo already runs on the data in ${folder}: ${issuer}. Stop it first, or start this one with --data ANOTHER-FOLDER.`,
  hostRefused: (host: string) =>
    `Refused: --host ${host} would let others on the network reach a server with a password that everybody can read. The demo listens on this machine only; leave --host out.`,
  jobFailed: (reason: string) => `The job failed: ${reason}`,
  failed: (reason: string) => `The demo could not start: ${reason}`,
  usage: `Usage: npm start -- [--data FOLDER] [--port N] [--api-port N] [--analytics-port N] [--no-open] [--lang en|zh-CN]
       npm run demo:job -- [--data FOLDER] [--lang en|zh-CN]
       npm start -- reset [--data FOLDER]`,
}

export type Words = typeof en

const zh: Words = {
  ready: (milliseconds) => `演示已就绪 (ready)，用时 ${milliseconds} 毫秒`,
  inspector: '流程观察器',
  server: '授权服务器',
  api: '订单 API',
  analytics: '购物分析',
  account: '登录账号',
  data: '数据',
  opened: '（已在浏览器中打开）',
  resourceServer: '资源服务器',
  app: '第三方应用：授权码 + PKCE',
  loopback: '仅限本机，不可用于生产',
  portTaken: (wanted, got) => `端口 ${wanted} 已被占用，改用 ${got}`,
  redirectUri: (uri) => `已登记回调地址：${uri}`,
  keys: 'i 观察器   a 购物分析   j 运行任务   r 重置   l 中文/English   h 帮助   q 退出',
  help: `i  打开流程观察器
  a  打开购物分析
  j  运行夜间报表：客户端凭据，不涉及任何人
  r  重置：清除所有登录、同意、令牌和密钥
  l  Show in English
  h  本帮助
  q  退出（Ctrl-C 亦可）`,
  accessToken: '访问令牌',
  noPerson: '没有 A 和 B：任务代表自己行事，不询问任何人。',
  watch: (url) => `再看一遍：${url}`,
  didReset: '已重置：一切如同首次启动。密码仍是上面的那个。',
  didResetFiles: '已重置：下次启动演示即为首次启动。',
  stopped: '已停止。',
  noDemo: (folder) => `没有演示在使用 ${folder} 中的数据。请用 "npm start" 启动，或用 --data 指定其文件夹。`,
  alreadyRuns: (issuer, folder) =>
    `已有演示在使用 ${folder} 中的数据：${issuer}。请先停止它，或用 --data 指定另一个文件夹。`,
  hostRefused: (host) =>
    `已拒绝：--host ${host} 会让网络上的其他人访问一台密码人人可见的服务器。演示只监听本机；请去掉 --host。`,
  jobFailed: (reason) => `任务失败：${reason}`,
  failed: (reason) => `演示无法启动：${reason}`,
  usage: `用法：npm start -- [--data 文件夹] [--port N] [--api-port N] [--analytics-port N] [--no-open] [--lang en|zh-CN]
      npm run demo:job -- [--data 文件夹] [--lang en|zh-CN]
      npm start -- reset [--data 文件夹]`,
}

/** What the demo says in the terminal, in both languages; a missing word is a type error. */
export const words: Readonly<Record<Language, Words>> = { en, 'zh-CN': zh }

/** By `--lang`, else by what the terminal is set to. */
export function languageOf(
  chosen: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  const setting = chosen ?? environment['LC_ALL'] ?? environment['LC_MESSAGES'] ?? environment['LANG'] ?? ''

  return setting.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
