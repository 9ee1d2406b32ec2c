import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Running } from './data-folder.ts'
import { openDoor } from './ports.ts'
import type { Door } from './ports.ts'

/** What `demo job` and `demo reset` ask of the demo that runs. */
interface Orders {
  reset(): Promise<void>
  /** The inspector's flow that holds the request with this id. */
  findFlow(requestId: string): string | undefined
}

/** A door for the demo's own commands. The word to open it stands in the data folder, which only its owner can read. */
export async function openControl(orders: Orders): Promise<Door & { readonly running: Running['control'] }> {
  const token = randomBytes(32).toString('base64url')
  const door = await openDoor(0, false, async (request, response) => {
    const answer = await decide(request.method, request.url ?? '', request.headers.authorization).catch(() => 500)
    const [status, body] = typeof answer === 'number' ? [answer, {}] : [200, answer]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })

  async function decide(method: string | undefined, target: string, authorization: string | undefined) {
    if (!isEqual(authorization ?? '', `Bearer ${token}`)) return 401

    const url = new URL(target, 'http://127.0.0.1')
    if (method === 'POST' && url.pathname === '/reset') {
      await orders.reset()
      return {}
    }
    if (method === 'GET' && url.pathname === '/flow')
      return { flow: orders.findFlow(url.searchParams.get('request') ?? '') }

    return 404
  }

  return { ...door, running: { url: `http://127.0.0.1:${door.port}`, token } }
}

/** Asks the running demo; rejects if it does not answer, or refuses. */
export async function order(control: Running['control'], method: string, path: string): Promise<unknown> {
  const response = await fetch(control.url + path, {
    method,
    headers: { authorization: `Bearer ${control.token}` },
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(`the demo answered ${response.status}`)

  return response.json()
}

/** True if the demo that left this note is still there. */
export async function isAlive(running: Running): Promise<boolean> {
  return order(running.control, 'GET', '/flow').then(
    () => true,
    () => false,
  )
}

function isEqual(given: string, right: string): boolean {
  const [left, other] = [Buffer.from(given), Buffer.from(right)]
  return left.length === other.length && timingSafeEqual(left, other)
}
