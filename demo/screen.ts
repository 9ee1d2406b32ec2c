import type { Demo } from './demo.ts'
import { widthOf } from './job.ts'
import { words } from './words.ts'
import type { Language } from './words.ts'

export interface ScreenOptions {
  readonly language: Language
  readonly version: string
  readonly milliseconds: number
  /** As the person would name it, `./.hufu/demo.db`. */
  readonly database: string
  readonly isOpened: boolean
  readonly isTerminal: boolean
}

/** What the demo prints once it is ready: where everything is and how to sign in. */
export function screen(demo: Demo, options: ScreenOptions): string {
  const say = words[options.language]
  const labels = [say.inspector, say.server, say.api, say.analytics, say.account, say.data]
  const labelWidth = Math.max(...labels.map(widthOf)) + 1
  const row = (label: string, value: string, note = '') => {
    const start = `  ${label}${' '.repeat(labelWidth - widthOf(label))}`
    return note === '' ? start + value : `${start}${value.padEnd(37)} ${note}`
  }

  return [
    `  HUFU ${options.version}   ${say.ready(options.milliseconds)}`,
    '',
    row(say.inspector, demo.inspector, options.isOpened ? say.opened : ''),
    row(say.server, demo.issuer),
    row(say.api, demo.api, say.resourceServer),
    row(say.analytics, demo.analytics, say.app),
    row(say.account, `${demo.account.email}  /  ${demo.account.password}`),
    row(say.data, options.database, say.loopback),
    ...changes(demo, options.language),
    ...(options.isTerminal ? ['', `  ${say.keys}`] : []),
  ].join('\n')
}

/** What is not as usual, because a port was taken. */
function changes(demo: Demo, language: Language): readonly string[] {
  const say = words[language]
  const ports = demo.moved.map(({ wanted, got }) => `  ${say.portTaken(wanted, got)}`)
  const registered = demo.redirectUri === undefined ? [] : [`  ${say.redirectUri(demo.redirectUri)}`]

  return ports.length + registered.length === 0 ? [] : ['', ...ports, ...registered]
}
