import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { notesApp, startNotes } from '../support/mcp.ts'

/*
 * The official conformance tool of the protocol: against the authorization server, with the person's browser in code;
 * against the client of the example; and against its server.
 */

const tool = join(import.meta.dirname, '../../node_modules/@modelcontextprotocol/conformance/dist/index.js')
const ownClient = join(import.meta.dirname, '../support/conformance-client.ts')

test('[MCP-AS-1-01] the conformance tool finds the authorization server conforming, from its metadata to the token', async (t) => {
  // req: MCP-AS-3-01, MCP-AS-6-01
  const { as, url } = await startNotes(t, { server: { profile: 'mcp' } })
  const port = String(await findFreePort())
  const client = ['--client-id', notesApp.client_id, '--resource', url, '--port', port]

  const { status, printed } = await runTool(t, ['authorization', '--url', as.issuer, ...client], async (line) => {
    if (!line.startsWith(`${as.issuer}/authorize?`)) return
    const { leavesFor } = await as.walk(as.browser(), line)
    await fetch(leavesFor ?? '')
  })

  assert.equal(status, 0, printed)
  assert.match(printed, /authorization-server-metadata-endpoint: 2 passed, 0 failed/, printed)
  assert.match(printed, /authorization-code-grant: 1 passed, 0 failed/, printed)
})

test('[MCP-CL-1-01] the conformance tool finds the client of the example conforming, in every scenario of authorization', async (t) => {
  // req: MCP-RS-3-01, PRM-3.3-01, PRM-5.2-01, MD-3.3-01, CL-02
  const { printed: list } = await runTool(t, ['list'])
  // Not the extensions, and not how discovery was before resource metadata.
  const scenarios = Array.from(list.matchAll(/^  - (auth\/\S+) \[.*2026-07-28\]$/gm), ([, name = '']) => name)
  // Over the wire of the revision that the SDK speaks, whichever revision brought the scenario.
  const command = ['client', '--command', `"${process.execPath}" "${ownClient}"`, '--spec-version', '2025-11-25']

  assert.ok(scenarios.length >= 25, list)
  const waiting = scenarios.values()
  const work = async () => {
    for (const scenario of waiting) {
      const { status, printed } = await runTool(t, [...command, '--force', '--scenario', scenario])
      assert.equal(status, 0, `${scenario}\n${printed}`)
      assert.match(printed, /Passed: (\d+)\/\1, 0 failed, 0 warnings/, scenario)
    }
  }
  await Promise.all([work(), work()])
})

test('[MCP-RS-1-01] the conformance tool finds the MCP server of the example conforming, with a token put before it', async (t) => {
  const allowedOrigins: string[] = []
  const { as, url, provider, connect } = await startNotes(t, { notes: { allowedOrigins } })
  const held = provider({ registered: { client_id: notesApp.client_id, issuer: as.issuer } })
  await (await connect(held)).close()
  const proxy = await startProxy(t, url, (await held.tokens())?.access_token ?? '')
  allowedOrigins.push(proxy)

  for (const scenario of ['server-initialize', 'ping', 'tools-list', 'dns-rebinding-protection']) {
    const { status, printed } = await runTool(t, ['server', '--url', `${proxy}/mcp`, '--scenario', scenario])
    assert.equal(status, 0, printed)
    assert.match(printed, /Passed: (\d)\/\1, 0 failed, 0 warnings/, printed)
  }
})

/** Runs the tool to its end, in a folder of its own: it writes its results where it runs. */
async function runTool(
  t: TestContext,
  parameters: readonly string[],
  onLine: (line: string) => Promise<void> = async () => {},
): Promise<{ readonly status: unknown; readonly printed: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'hufu-mcp-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const child = spawn(process.execPath, [tool, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder })
  t.after(() => child.kill())
  const ended = once(child, 'exit')
  const complaints = text(child.stderr)
  let printed = ''
  for await (const line of createInterface(child.stdout)) {
    printed += `${line}\n`
    await onLine(line)
  }
  const [status] = (await ended) as unknown[]

  return { status, printed: printed + (await complaints) }
}

/** Stands where the tool looks, as it brings no token; all else passes through as it is. */
async function startProxy(t: TestContext, url: string, accessToken: string): Promise<string> {
  const proxy = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${accessToken}` }
    const forwarded = request(new URL(incoming.url ?? '/', url), { method: incoming.method ?? 'GET', headers })
    forwarded.on('response', (answer) => answer.pipe(outgoing.writeHead(answer.statusCode ?? 0, answer.headers)))
    incoming.pipe(forwarded)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.after(() => proxy.close().closeAllConnections())

  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

/** For the tool, which wants to be told a number. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')

  return port
}
