import assert from 'node:assert/strict'
import type { TestServer } from './server.ts'
import { assertRefused } from './token-oracles.ts'

/** A line of section 3 of the requirements, and how to make it happen. */
export interface ErrorLine {
  readonly when: string
  readonly status: number
  readonly error: string
  readonly send: (as: TestServer) => Promise<Response>
}

/** Answered as the line says, in the one shape there is, with nothing changed by the way. */
export async function assertLine(as: TestServer, { when, status, error, send }: ErrorLine): Promise<void> {
  await assertRefused(await send(as), status, error, when)
}

/** Whatever is no POST, and no preflight, to an endpoint that takes nothing else (R10). */
export async function assertPostOnly(as: TestServer, path: string): Promise<void> {
  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const answer = await as.send(path, { method })
    assert.equal(answer.status, 405, `${method} ${path}`)
    assert.equal(answer.headers.get('allow'), 'POST', `${method} ${path}`)
    assert.equal(answer.headers.get('cache-control'), 'no-store', `${method} ${path}`)
    assert.equal(answer.headers.get('www-authenticate'), null, `${method} ${path}`)
  }
}
