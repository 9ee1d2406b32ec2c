import type { Message } from './message.ts'

const leftOut = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'user-agent'])

/** A message as a command for a shell, each argument quoted so that nothing in it is run. */
export function toCurl(message: Message): string {
  const { method, origin, target, headers, body } = message.request
  const shown = Object.entries(headers).filter(([name]) => !leftOut.has(name) && !name.startsWith('sec-'))
  const lines = [
    `curl -i ${method === 'GET' ? '' : `-X ${quote(method)} `}${quote(origin + target)}`,
    ...shown.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === '' ? [] : [`--data-raw ${quote(body)}`]),
  ]

  return lines.join(' \\\n  ')
}

/** Single quotes take everything as it is; one inside is ended, escaped and begun again (POSIX shell 2.2.2). */
const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
