import type { Language } from '../protocol/resource.ts'
import { auditWords } from './audit-words.ts'

const en = {
  program: 'An OAuth 2.1 authorization server',
  titles: { 'Usage:': 'Usage:', 'Arguments:': 'Arguments:', 'Options:': 'Options:', 'Commands:': 'Commands:' },
  examples: 'Examples:',
  help: 'show this help',
  lang: 'language: en or zh-CN',
  json: 'one JSON document instead of text',
  showVersion: 'print the version',
  version: 'print the version of Hufu, of Node and of the system',
  dev: {
    summary: 'start a plain server for development: this machine only, http, exact errors',
    port: 'port on 127.0.0.1; 0 takes a free one (default: 9110)',
    data: 'folder for database and secret (default: .hufu/dev)',
    seed: 'JSON file of clients, users, resources and scopes',
    warning: (folder: string) => `development server: this machine only, not for production; data in ${folder}`,
    stopped: 'stopped',
  },
  start: {
    summary: 'start the server for production; what is unsafe is refused',
    config: 'JSON file of the configuration; HUFU_… in the environment goes before it',
  },
  registrationToken: {
    summary: 'make an initial access token, by which clients may register (RFC 7591)',
    data: 'folder of the database (default: .hufu/data)',
    config: 'configuration of `hufu start`, which says where the database is',
    uses: 'how many clients may register with it (default: 1)',
    days: 'for how many days (default: 1)',
    made: (uses: number, end: string) => `good for ${uses} registration(s), until ${end}; it is shown only now`,
  },
  demo: {
    summary: 'start authorization server, order API and analytics app; or run the job, or forget everything',
    task: 'job, reset, or nothing to start it; with --data, --port, --api-port, --analytics-port, --no-open',
    missing:
      'The demo is not part of this package. It comes with the repository of Hufu: clone it and run `npm start` there.',
  },
  audit: auditWords.en,
  errors: {
    summary: 'list all error codes, or explain one',
    list: 'list all error codes with what they mean',
    explain: 'explain an error code: meaning, causes, fix, example',
    code: 'such as HF-TOKEN-0204',
    unknown: (code: string) => `there is no error ${code}`,
    message: 'Meaning',
    fix: 'Fix',
  },
  problems: {
    unknownCommand: (word: string) => `unknown command \`${word}\``,
    unknownOption: (word: string) => `unknown option \`${word}\``,
    missingArgument: (word: string) => `\`${word}\` is missing`,
    missingValue: (word: string) => `\`${word}\` needs a value`,
    missingOption: (word: string) => `\`${word}\` is needed`,
    tooMany: 'too many arguments',
    badNumber: (option: string) => `\`${option}\` is a whole number from 1 on`,
    badPort: '`--port` is a whole number from 0 to 65535',
    badLanguage: '`--lang` is en or zh-CN',
    noCommand: 'a command is missing',
    meant: (word: string) => `; did you mean \`${word}\`?`,
    seeHelp: (command: string) => `See ${command} --help`,
    fault: (message: string) => `unexpected fault: ${message}`,
  },
}

const zhCN: typeof en = {
  program: 'OAuth 2.1 授权服务器',
  titles: { 'Usage:': '用法：', 'Arguments:': '参数：', 'Options:': '选项：', 'Commands:': '命令：' },
  examples: '示例：',
  help: '显示帮助',
  lang: '语言：en 或 zh-CN',
  json: '输出一个 JSON 文档而不是文本',
  showVersion: '显示版本',
  version: '显示 Hufu、Node 和系统的版本',
  dev: {
    summary: '启动用于开发的服务器：仅限本机，http，显示详细错误',
    port: '127.0.0.1 上的端口；0 表示自动选择空闲端口（默认：9110）',
    data: '存放数据库和密钥的目录（默认：.hufu/dev）',
    seed: '含客户端、用户、资源和权限范围的 JSON 文件',
    warning: (folder) => `开发服务器：仅限本机，不可用于生产；数据在 ${folder}`,
    stopped: '已停止',
  },
  start: {
    summary: '启动生产服务器；拒绝不安全的设置',
    config: '配置文件（JSON）；环境变量 HUFU_… 优先',
  },
  registrationToken: {
    summary: '生成初始访问令牌，客户端凭它注册（RFC 7591）',
    data: '数据库所在目录（默认：.hufu/data）',
    config: '`hufu start` 的配置文件，其中写明数据库的位置',
    uses: '可用它注册多少个客户端（默认：1）',
    days: '有效多少天（默认：1）',
    made: (uses, end) => `可注册 ${uses} 个客户端，有效期至 ${end}；只在此刻显示一次`,
  },
  demo: {
    summary: '启动授权服务器、订单 API 和分析应用；或运行任务，或清除全部数据',
    task: 'job、reset，不填则启动演示；可加 --data、--port、--api-port、--analytics-port、--no-open',
    missing: '此软件包不含演示。演示位于 Hufu 的代码仓库中：克隆后在其中运行 `npm start`。',
  },
  audit: auditWords['zh-CN'],
  errors: {
    summary: '列出全部错误代码，或解释其中一个',
    list: '列出全部错误代码及其含义',
    explain: '解释错误代码：含义、原因、解决办法、示例',
    code: '例如 HF-TOKEN-0204',
    unknown: (code) => `没有错误代码 ${code}`,
    message: '含义',
    fix: '解决办法',
  },
  problems: {
    unknownCommand: (word) => `未知命令 \`${word}\``,
    unknownOption: (word) => `未知选项 \`${word}\``,
    missingArgument: (word) => `缺少 \`${word}\``,
    missingValue: (word) => `\`${word}\` 需要一个值`,
    missingOption: (word) => `必须提供 \`${word}\``,
    tooMany: '参数过多',
    badNumber: (option) => `\`${option}\` 应为从 1 起的整数`,
    badPort: '`--port` 应为 0 到 65535 的整数',
    badLanguage: '`--lang` 应为 en 或 zh-CN',
    noCommand: '缺少命令',
    meant: (word) => `；是否想输入 \`${word}\`？`,
    seeHelp: (command) => `参见 ${command} --help`,
    fault: (message) => `意外故障：${message}`,
  },
}

/** Every word of the command line. The type of one language is that of all, so a missing one does not compile. */
export type Words = typeof en

export const wordsIn = (language: Language): Words => ({ en, 'zh-CN': zhCN })[language]
