import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A server in a process of its own, over real files and real HTTP: what can be killed. */
export interface ChildServer {
  readonly url: string
  readonly process: ChildProcess
  /** Ends it as a power cut would. */
  readonly kill: () => Promise<void>
  /** Starts it anew over the same files and on the same port. */
  readonly restart: () => Promise<ChildServer>
  /** Stops it and removes its files. */
  readonly remove: () => Promise<void>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
}

export const person = {
  username: 'li.wei',
  password: 'a-quiet-harbour-42',
  name: 'Li Wei',
  email: 'li.wei@example.com',
}

/** First-party, so that a signed-in browser gets one code after another without a page. */
export const racer = {
  client_id: 'racer',
  client_secret: 'racer-secret-of-forty-characters-or-more',
  client_name: 'Racer',
  redirect_uris: ['https://racer.example/cb'],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  token_endpoint_auth_method: 'client_secret_basic',
  scope: 'orders.read',
  hufu_first_party: true,
}

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** @param env besides that of this process */
export async function startChildServer(
  seed: Readonly<Record<string, unknown>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<ChildServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hufu-e2e-'))
  const seedFile = join(folder, 'seed.json')
  const resources = [
    { resource: 'https://orders.example', scopes: ['orders.read'] },
    { resource: 'https://bills.example', scopes: ['bills.read'], tokenFormat: 'opaque' },
  ]
  await writeFile(seedFile, JSON.stringify({ clients: [racer], users: [person], resources, ...seed }))

  return start(folder, seedFile, 0, env)
}

async function start(
  folder: string,
  seedFile: string,
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<ChildServer> {
  const arguments_ = [main, 'dev', '--port', String(port), '--data', join(folder, 'data'), '--seed', seedFile]
  const child = spawn(process.execPath, arguments_, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  const ready = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
    once(child, 'exit').then(([code]) =>
      Promise.reject(new Error(`the server ended with ${String(code)} before it was ready`)),
    ),
  ])
  const url = /^ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(ready)?.[1]
  if (url === undefined) throw new Error(`not a ready line: ${ready}`)
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  return {
    url,
    process: child,
    kill,
    restart: async () => {
      await kill()

      return start(folder, seedFile, Number(new URL(url).port), env)
    },
    remove: async () => {
      await kill('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Longer than any answer takes, so that a test ends whose answer does not come. */
const answerLimitMs = 60_000

/** Many requests at once over connections that are kept. */
export function createHttpClient(url: string, connections = 50) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const { hostname, port } = new URL(url)

  return {
    close: () => agent.destroy(),
    send: (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body = '') =>
      new Promise<Answer>((resolve, reject) => {
        const outgoing = httpRequest(
          { agent, hostname, port, method, path, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
          (incoming) => {
            const chunks: Buffer[] = []
            incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
            incoming.on('error', reject)
            incoming.on('end', () =>
              resolve({
                status: incoming.statusCode ?? 0,
                headers: incoming.headers,
                text: Buffer.concat(chunks).toString(),
              }),
            )
          },
        )
        outgoing.on('error', reject)
        outgoing.setTimeout(answerLimitMs, () =>
          outgoing.destroy(new Error(`${method} ${path} was not answered in ${answerLimitMs / 1000} s`)),
        )
        outgoing.end(body)
      }),
  }
}

export type HttpClient = ReturnType<typeof createHttpClient>

const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' }

export const asRacer = {
  ...formHeaders,
  authorization: `Basic ${Buffer.from(`${racer.client_id}:${racer.client_secret}`).toString('base64')}`,
}

export const form = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields).toString()

/** Signs the person, or another one of the seed, in and gives the cookies. */
export async function signIn(
  http: HttpClient,
  { username, password }: { readonly username: string; readonly password: string } = person,
): Promise<string> {
  const page = await http.send('GET', '/sign-in')
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
  const cookies = cookiesOf(page)
  const answer = await http.send(
    'POST',
    '/sign-in',
    { ...formHeaders, cookie: cookies },
    form({ csrf, username, password }),
  )
  if (answer.status !== 303) throw new Error(`could not sign in: ${answer.status}`)

  return `${cookies}; ${cookiesOf(answer)}`
}

/** One code, by the redirect that a signed-in browser gets. */
export async function getCode(http: HttpClient, cookie: string): Promise<{ code: string; verifier: string }> {
  const verifier = randomBytes(32).toString('base64url')
  const query = form({
    response_type: 'code',
    client_id: racer.client_id,
    scope: racer.scope,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const answer = await http.send('GET', `/authorize?${query}`, { cookie })
  const location = answer.headers['location']
  const code = typeof location === 'string' ? new URL(location).searchParams.get('code') : null
  if (code === null) throw new Error(`no code: ${answer.status} ${String(location)}`)

  return { code, verifier }
}

export const redeem = (http: HttpClient, { code, verifier }: { code: string; verifier: string }) =>
  http.send('POST', '/token', asRacer, form({ grant_type: 'authorization_code', code, code_verifier: verifier }))

export const tokensOf = (answer: Answer) =>
  JSON.parse(answer.text) as { access_token: string; refresh_token: string; error?: string }

function cookiesOf(answer: Answer): string {
  const set = answer.headers['set-cookie']

  return (Array.isArray(set) ? (set as string[]) : []).map((each) => each.split(';')[0]).join('; ')
}
