import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataFolder } from '../../demo/data-folder.ts'
import { startDemo } from '../../demo/demo.ts'
import type { Demo } from '../../demo/demo.ts'

/** The demo on free ports, with data that goes when it closes. */
export async function openDemo(): Promise<Demo> {
  const path = mkdtempSync(join(tmpdir(), 'hufu-e2e-demo-'))
  const demo = await startDemo({ folder: openDataFolder(path), ports: { server: 0, api: 0, analytics: 0 } })

  return {
    ...demo,
    async close() {
      await demo.close()
      rmSync(path, { recursive: true, force: true })
    },
  }
}

/** A request line and a status as Node's HTTP server put them on and took them off the wire, and when it was done. */
export interface Witnessed {
  readonly line: string
  readonly status: number
  readonly at: number
}

/**
 * Writes down every exchange of every HTTP server of this process, below all code of ours: what the inspector says is
 * compared with it.
 */
export function startWitness() {
  const seen: Witnessed[] = []
  const note = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    const line = `${request.method} ${request.url} HTTP/${request.httpVersion}`
    seen.push({ line, status: response.statusCode, at: Date.now() })
  }
  subscribe('http.server.response.finish', note)

  return { seen, stop: () => unsubscribe('http.server.response.finish', note) }
}
