import { runNightlyReport } from 'example-nightly-report'
import { tapFetch } from 'hufu/inspector'
import type { RemoteExchange } from 'hufu/inspector'
import type { JobKey } from './data-folder.ts'
import { clientIds } from './registrations.ts'
import type { Addresses } from './registrations.ts'
import { words } from './words.ts'
import type { Language } from './words.ts'

/** What the nightly report did, to be shown as the steps C to F. */
export interface JobRun {
  readonly ok: boolean
  readonly lines: readonly string[]
  /** The server's id of the token request, by which the inspector finds the flow. */
  readonly requestId: string | undefined
}

/** Runs the nightly report once and tells its steps with the values that really went over the wire. */
export async function runJob(
  addresses: Addresses,
  key: JobKey,
  language: Language,
  tell: (exchange: RemoteExchange) => void = () => {},
): Promise<JobRun> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const privateKey = await crypto.subtle.importKey('jwk', key, algorithm, false, ['sign'])
  const seen: RemoteExchange[] = []
  const report = await runNightlyReport({
    ...addresses,
    clientId: clientIds.job,
    privateKey,
    keyId: key.kid,
    fetch: tapFetch((exchange) => {
      seen.push(exchange)
      tell(exchange)
    }),
  })

  const exchange = seen.find((each) => each.request.url === `${addresses.issuer}/token`)
  const answer = JSON.parse(exchange?.response.body ?? '{}') as { access_token?: string; expires_in?: number }
  const { call, token } = report
  const say = words[language]

  return {
    ok: call.status === 200,
    requestId: exchange?.response.headers['hufu-request-id'],
    lines: [
      line(
        'C',
        'POST /token',
        `client_credentials, scope ${token.scope}`,
        `${exchange?.response.status}`,
        token.milliseconds,
      ),
      line('D', say.accessToken, describeToken(answer.access_token ?? '', answer.expires_in)),
      line('E', `GET  ${call.path}`, `Authorization: Bearer …${call.tokenEnd}`),
      line('F', String(call.status), call.body, undefined, call.milliseconds),
      `  ${say.noPerson}`,
    ],
  }
}

/** The job itself never looks into its token; this is the demo, which shows what is in it. */
function describeToken(token: string, expiresIn: number | undefined): string {
  const lifetime = `${expiresIn} s`
  const [head, body] = token.split('.')
  if (body === undefined) return `opaque, ${lifetime}`

  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
  return `${String(read(head!)['typ'])}, ${lifetime}, aud ${String(read(body)['aud'])}`
}

function line(letter: string, what: string, text: string, status?: string, milliseconds?: number): string {
  const end = milliseconds === undefined ? '' : `${status ?? ''}${`${Math.round(milliseconds)} ms`.padStart(8)}`

  return `  ${letter}  ${pad(what, 22)} ${end === '' ? text : `${text.padEnd(52)} ${end}`}`.trimEnd()
}

/** Chinese characters take two columns of a terminal. */
const pad = (text: string, columns: number) => text + ' '.repeat(Math.max(0, columns - widthOf(text)))

export const widthOf = (text: string) => Array.from(text).reduce((sum, each) => sum + (each > '\u{2e80}' ? 2 : 1), 0)
