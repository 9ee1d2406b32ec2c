/**
 * The pages of docs/ that are made from the program's own tables. Usage: npm run reference
 *
 * The test beside this file fails while a page is behind.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultTexts, isFaultCode } from '../src/cli/faults.ts'
import { isErrorId, wireForms } from '../src/pages/error-ids.ts'
import { messagesIn } from '../src/pages/language.ts'
import type { Language } from '../src/protocol/resource.ts'

const words = {
  en: {
    title: 'Error codes',
    about:
      'Made by `npm run reference` from the tables of the program; do not edit. A running server shows the same at `/errors/CODE`, the command line with `hufu errors explain CODE`. A code never changes its meaning.',
    groups: {
      AUTHZ: 'At the authorization endpoint',
      TOKEN: 'At the token, revocation and introspection endpoints',
      DEVICE: 'Devices without a browser',
      CLIENT: 'Client authentication',
      REG: 'Registration of clients',
      INFO: 'At UserInfo',
      LOGOUT: 'When an app signs somebody out',
      LIMIT: 'Limits and faults',
      GUARD: 'From the guard of an API',
      APP: 'What only an app can refuse',
      CONF: 'Configuration: the server does not start',
      DB: 'Database: the server does not start',
      KEYS: 'Keys: the server does not start',
      STOP: 'When the server stops',
    },
    wire: 'Sent as:',
    nothing: 'Nothing is sent.',
    causes: 'Causes, the most frequent first:',
    fix: 'Fix:',
  },
  'zh-CN': {
    title: '错误代码',
    about:
      '由 `npm run reference` 根据程序中的表生成，请勿编辑。运行中的服务器在 `/errors/代码` 显示同样的内容，命令行用 `hufu errors explain 代码`。代码的含义永不改变。',
    groups: {
      AUTHZ: '授权端点',
      TOKEN: '令牌、撤销和内省端点',
      DEVICE: '没有浏览器的设备',
      CLIENT: '客户端认证',
      REG: '客户端注册',
      INFO: 'UserInfo 端点',
      LOGOUT: '应用让用户退出登录时',
      LIMIT: '限度与故障',
      GUARD: '来自 API 的守卫',
      APP: '只有应用才能拒绝的',
      CONF: '配置：服务器不启动',
      DB: '数据库：服务器不启动',
      KEYS: '密钥：服务器不启动',
      STOP: '服务器停止时',
    },
    wire: '发送为：',
    nothing: '不发送任何内容。',
    causes: '原因，最常见的在前：',
    fix: '解决：',
  },
} as const satisfies Record<Language, unknown>

type Group = keyof (typeof words)['en']['groups']

/** Pages by their path. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map(
    (['en', 'zh-CN'] as const).map((language) => [`docs/${language}/reference/errors.md`, errors(language)]),
  )
}

function errors(language: Language): string {
  const { title, about, groups } = words[language]
  const codes = [...wireForms.keys(), ...Object.keys(faultTexts)].toSorted()
  const sections = (Object.keys(groups) as Group[]).map((group) => [
    `## ${groups[group]}`,
    ...codes.filter((code) => code.startsWith(`HF-${group}-`)).map((code) => entry(code, language)),
  ])
  const grouped = sections.flat().length - sections.length
  if (grouped !== codes.length) throw new Error('a code belongs to no group of scripts/reference.ts')

  return `${[`# ${title}`, about, ...sections.flat()].join('\n\n')}\n`
}

function entry(code: string, language: Language): string {
  const { wire, nothing, causes, fix } = words[language]
  if (isFaultCode(code)) {
    const text = faultTexts[code][language]
    return [`### ${code}`, `**${text.message}**`, list(fix, [text.fix])].join('\n\n')
  }
  if (!isErrorId(code)) throw new Error(`${code} has no text`)

  const text = messagesIn(language).errors[code]
  const forms = (wireForms.get(code) ?? []).filter((form) => form.code !== undefined)
  const sent = forms.map((form) => `\`${form.code}\`: ${form.description}`)

  return [
    `### ${code}`,
    `**${text.title}**`,
    escape(text.meaning),
    sent.length === 0 ? nothing : list(wire, sent),
    list(causes, text.causes.map(escape)),
    list(fix, text.fix.map(escape)),
  ].join('\n\n')
}

const list = (title: string, items: readonly string[]) => `${title}\n\n${items.map((each) => `- ${each}`).join('\n')}`

/** Underscores and stars of the texts are signs, no emphasis; angle brackets no tags. */
const escape = (text: string) => text.replaceAll(/[*<>]/g, '\\$&')

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  for (const [path, text] of referencePages()) {
    writeFileSync(join(root, path), text)
    console.log(`wrote ${path}`)
  }
}
