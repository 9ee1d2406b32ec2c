import type { Language } from '../protocol/resource.ts'

interface FaultText {
  readonly exit: 'config' | 'conflict' | 'failed' | 'notAllowed' | 'unreachable' | 'unsafe'
  readonly en: { readonly message: string; readonly fix: string }
  readonly 'zh-CN': { readonly message: string; readonly fix: string }
}

/** Why a server does not start, or not stop. The numbers stand in scripts and documents: they are added to, never reused. 0706 is spent. */
export const faultTexts = {
  'HF-CONF-0701': {
    exit: 'unsafe',
    en: {
      message: 'The issuer cannot be used.',
      fix: 'set "issuer" to the https address that clients know, without query, fragment and trailing slash',
    },
    'zh-CN': {
      message: '签发者地址无法使用。',
      fix: '将 "issuer" 设为客户端所知的 https 地址，不带查询、片段和末尾斜杠',
    },
  },
  'HF-CONF-0702': {
    exit: 'unsafe',
    en: {
      message: 'Passwords and tokens would cross the network in plain HTTP.',
      fix: 'listen on 127.0.0.1, or, if everything reaches this port through a proxy that ends TLS, set "behindTlsProxy": true',
    },
    'zh-CN': {
      message: '密码和令牌将以明文 HTTP 在网络上传输。',
      fix: '改为监听 127.0.0.1；如果所有请求都经由终止 TLS 的代理到达此端口，请设置 "behindTlsProxy": true',
    },
  },
  'HF-CONF-0703': {
    exit: 'unsafe',
    en: {
      message: 'The server secret cannot be used.',
      fix: 'do what the line above says; the secret opens every signing key, so only the server may read it',
    },
    'zh-CN': {
      message: '服务器密钥文件无法使用。',
      fix: '按上一行的说明处理；该密钥可解开所有签名密钥，只允许服务器读取',
    },
  },
  'HF-CONF-0704': {
    exit: 'unsafe',
    en: {
      message: 'The seed file or the configuration holds secrets, and others can read it.',
      fix: 'make it readable by the server alone: chmod 600, and renew the secrets if others may have read them',
    },
    'zh-CN': {
      message: '种子文件或配置文件含有机密，而其他用户可以读取它。',
      fix: '只允许服务器读取：chmod 600；如果他人可能已读取，请更换其中的机密',
    },
  },
  'HF-CONF-0705': {
    exit: 'unsafe',
    en: {
      message: 'The seed holds accounts of the demo or of an example.',
      fix: 'take them out; the passwords of examples are known to everybody',
    },
    'zh-CN': {
      message: '种子文件含有演示或示例账户。',
      fix: '删除这些账户；示例密码人人皆知',
    },
  },
  'HF-CONF-0707': {
    exit: 'unsafe',
    en: {
      message: 'The data folder belongs to the demo or to a development server.',
      fix: 'choose another folder with "data"',
    },
    'zh-CN': {
      message: '数据目录属于演示或开发服务器。',
      fix: '用 "data" 指定另一个目录',
    },
  },
  'HF-CONF-0708': {
    exit: 'unsafe',
    en: {
      message: 'There is a database, but the secret it was made with is gone.',
      fix: 'restore secret.key from its backup; or, to begin anew, move the database away as well',
    },
    'zh-CN': {
      message: '数据库存在，但创建它时使用的密钥文件已丢失。',
      fix: '从备份恢复 secret.key；若要重新开始，请同时移走数据库',
    },
  },
  'HF-CONF-0709': {
    exit: 'unsafe',
    en: {
      message: 'The data folder belongs to a server that is not for development.',
      fix: 'choose another folder with --data; a development server would fill this one with weak secrets',
    },
    'zh-CN': {
      message: '数据目录属于非开发用途的服务器。',
      fix: '用 --data 指定另一个目录；开发服务器会在其中写入弱密钥',
    },
  },
  'HF-CONF-0710': {
    exit: 'config',
    en: {
      message: 'The configuration file cannot be read.',
      fix: 'correct the place above',
    },
    'zh-CN': {
      message: '无法读取配置文件。',
      fix: '修正上述位置',
    },
  },
  'HF-CONF-0711': {
    exit: 'config',
    en: { message: 'A setting is not allowed.', fix: 'correct the member above' },
    'zh-CN': { message: '某项设置不被允许。', fix: '修正上述配置项' },
  },
  'HF-CONF-0712': {
    exit: 'config',
    en: { message: 'The seed file cannot be used.', fix: 'correct the place above' },
    'zh-CN': { message: '种子文件无法使用。', fix: '修正上述位置' },
  },
  'HF-CONF-0713': {
    exit: 'conflict',
    en: {
      message: 'The address cannot be listened on.',
      fix: 'stop what uses the port, or choose another one; 0 takes a free one',
    },
    'zh-CN': { message: '无法监听该地址。', fix: '停止占用该端口的程序，或另选端口；0 表示自动选择空闲端口' },
  },
  'HF-CONF-0714': {
    exit: 'unsafe',
    en: {
      message: 'The clocks of this machine and of the database differ by more than a minute.',
      fix: 'let both be set by a time service (NTP, chrony), and start again',
    },
    'zh-CN': {
      message: '本机时钟与数据库时钟相差超过一分钟。',
      fix: '让两者都由时间服务（NTP、chrony）校准，然后重新启动',
    },
  },
  'HF-CONF-0715': {
    exit: 'config',
    en: {
      message: 'A package that a setting needs is not installed.',
      fix: 'install prom-client for "management", @opentelemetry/api for "traces", beside hufu',
    },
    'zh-CN': {
      message: '某项设置所需的软件包未安装。',
      fix: '在 hufu 旁安装："management" 需要 prom-client，"traces" 需要 @opentelemetry/api',
    },
  },
  'HF-CONF-0716': {
    exit: 'config',
    en: {
      message: 'What this server remembers of its database cannot be read.',
      fix: 'make seen.json in the data folder readable; if it is damaged and the database is surely the newest, remove it',
    },
    'zh-CN': {
      message: '无法读取此服务器对数据库的记录。',
      fix: '让数据目录中的 seen.json 可读；如果它已损坏且确定数据库是最新的，可将其删除',
    },
  },
  'HF-DB-0801': {
    exit: 'config',
    en: {
      message: 'The database cannot be opened.',
      fix: 'check that the folder can be written and that no newer Hufu has used the file',
    },
    'zh-CN': { message: '无法打开数据库。', fix: '检查该目录是否可写，以及该文件是否被更新版本的 Hufu 使用过' },
  },
  'HF-DB-0802': {
    exit: 'unsafe',
    en: {
      message: 'The database is older than what this server has seen: a copy was put back.',
      fix: 'point the server at the right database; or end what this one gave, since nobody knows what became of it: hufu db restore --in-place --end all',
    },
    'zh-CN': {
      message: '数据库比此服务器见过的更旧：有人放回了旧副本。',
      fix: '让服务器指向正确的数据库；或让此数据库发出的一切失效，因为其后的变化已无从得知：hufu db restore --in-place --end all',
    },
  },
  'HF-DB-0803': {
    exit: 'config',
    en: { message: 'The backup cannot be used.', fix: 'take another one; what is wrong with this one stands above' },
    'zh-CN': { message: '备份无法使用。', fix: '换用另一份备份；问题见上一行' },
  },
  'HF-DB-0804': {
    exit: 'conflict',
    en: { message: 'There is a file of that name already.', fix: 'choose another name; nothing was overwritten' },
    'zh-CN': { message: '已有同名文件。', fix: '另选名称；没有覆盖任何内容' },
  },
  'HF-DB-0805': {
    exit: 'conflict',
    en: {
      message: 'There is a database already.',
      fix: 'restore into an empty one (PostgreSQL: CREATE DATABASE); or, for SQLite, put this one aside with --replace',
    },
    'zh-CN': {
      message: '已有数据库。',
      fix: '恢复到空数据库（PostgreSQL：CREATE DATABASE）；SQLite 也可用 --replace 把现有数据库移到一旁',
    },
  },
  'HF-DB-0806': {
    exit: 'conflict',
    en: {
      message: 'Servers are using the database.',
      fix: 'stop them first, and wait a minute for those that were killed',
    },
    'zh-CN': { message: '有服务器正在使用数据库。', fix: '请先停止它们；被强行终止的实例需等待一分钟' },
  },
  'HF-DB-0807': {
    exit: 'unsafe',
    en: {
      message: 'It has to be said what becomes of what was given before.',
      fix: 'add --end all: every token, code, session and signing key from before ends, since a backup does not know which were revoked since',
    },
    'zh-CN': {
      message: '必须写明如何处理此前发出的一切。',
      fix: '加上 --end all：此前的所有令牌、授权码、会话和签名密钥全部失效，因为备份不知道其后撤销了哪些',
    },
  },
  'HF-DB-0808': {
    exit: 'conflict',
    en: {
      message: 'A step of the schema waits for instances of an older version.',
      fix: 'update or stop them, then run this again; what came before it is done',
    },
    'zh-CN': { message: '有结构步骤在等待旧版本实例。', fix: '更新或停止这些实例后重新运行；在它之前的步骤已完成' },
  },
  'HF-DB-0809': {
    exit: 'unsafe',
    en: { message: 'It was not confirmed.', fix: 'add --yes where nobody can be asked' },
    'zh-CN': { message: '未经确认。', fix: '在无人可询问时加上 --yes' },
  },
  'HF-DB-0810': {
    exit: 'unreachable',
    en: {
      message: 'The database cannot be reached.',
      fix: 'check address, port and network, and that the database runs; what was begun is not half done',
    },
    'zh-CN': {
      message: '无法连接数据库。',
      fix: '检查地址、端口和网络，并确认数据库正在运行；已开始的操作不会只完成一半',
    },
  },
  'HF-DB-0811': {
    exit: 'notAllowed',
    en: {
      message: 'The database does not let this role do it.',
      fix: 'check role and password; use the role that owns the tables',
    },
    'zh-CN': { message: '数据库不允许该角色执行此操作。', fix: '检查角色和密码；请使用拥有这些表的角色' },
  },
  'HF-DB-0812': {
    exit: 'conflict',
    en: {
      message: 'The schema of the database is not the one of this program.',
      fix: 'back up with the Hufu that runs on it, or run hufu db migrate first',
    },
    'zh-CN': {
      message: '数据库结构与本程序不一致。',
      fix: '用正在使用该数据库的 Hufu 备份，或先运行 hufu db migrate',
    },
  },
  'HF-KEYS-0901': {
    exit: 'config',
    en: {
      message: 'The signing keys cannot be opened.',
      fix: 'restore the secret.key that belongs to this database',
    },
    'zh-CN': { message: '无法打开签名密钥。', fix: '恢复与此数据库对应的 secret.key' },
  },
  'HF-STOP-1001': {
    exit: 'failed',
    en: {
      message: 'Something did not end in its time, and was left.',
      fix: 'nothing that was answered is lost; if it comes again, look at what is named above',
    },
    'zh-CN': {
      message: '有部分工作未能按时结束，已被放弃。',
      fix: '已应答的内容不会丢失；如再次出现，请检查上面列出的部分',
    },
  },
} as const satisfies Record<string, FaultText & Record<Language, unknown>>

export type FaultCode = keyof typeof faultTexts

export const isFaultCode = (text: string): text is FaultCode => Object.hasOwn(faultTexts, text)
