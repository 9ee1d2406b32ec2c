import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { test } from 'node:test'
import { launchBrowser } from '../support/browser.ts'
import { openSite } from '../support/loopback.ts'
import { startNotes } from '../support/mcp.ts'
import { openWatched } from '../support/watched-browser.ts'

/*
 * The official SDK in a page of a third origin, in a real browser: whatever it asks, of the MCP server or of the
 * authorization server, the browser asks them first whether this page may.
 */

const root = join(import.meta.dirname, '../..')
const sdk = '/node_modules/@modelcontextprotocol/sdk'
const imports = {
  'sdk/': `${sdk}/dist/esm/`,
  'zod/v4': '/node_modules/zod/v4/index.js',
  'pkce-challenge': '/node_modules/pkce-challenge/dist/index.browser.js',
  'eventsource-parser': '/node_modules/eventsource-parser/dist/index.js',
  'eventsource-parser/stream': '/node_modules/eventsource-parser/dist/stream.js',
  'content-type': `${sdk}/node_modules/content-type/index.js?commonjs`,
}

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Inspector</title>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module">
import { StreamableHTTPClientTransport } from 'sdk/client/streamableHttp.js'
const kept = {}
const provider = {
  redirectUrl: location.origin + '/callback',
  clientMetadata: { client_name: 'Inspector', redirect_uris: [location.origin + '/callback'], token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'] },
  clientInformation: () => kept.client,
  saveClientInformation: (client) => { kept.client = client },
  tokens: () => kept.tokens,
  saveTokens: (tokens) => { kept.tokens = tokens },
  codeVerifier: () => kept.verifier,
  saveCodeVerifier: (verifier) => { kept.verifier = verifier },
  redirectToAuthorization: (url) => { kept.url = url.href },
}
const say = (id, method, params = {}) => ({ jsonrpc: '2.0', id, method, params })
const open = async () => {
  const transport = new StreamableHTTPClientTransport(new URL(new URLSearchParams(location.search).get('server')), { authProvider: provider })
  await transport.start()
  return transport
}
let transport = await open()
globalThis.begin = async () => {
  await transport.send(say(1, 'tools/list')).catch(() => undefined)
  return kept.url
}
globalThis.finish = async (code) => {
  await transport.finishAuth(code)
  transport = await open()
  const answered = new Promise((resolve) => { transport.onmessage = resolve })
  await transport.send(say(2, 'tools/list'))
  return (await answered).result.tools.map((each) => each.name)
}
globalThis.ready = true
</script>`

test('[MCP-RS-1-01] the SDK in a page of another origin discovers, registers, gets its token and calls, with the browser’s consent to each request', async (t) => {
  // req: MCP-AS-2-01, HT-09, BBA-6.3-02
  const site = await openSite(async (url, response) => {
    if (!url.pathname.startsWith('/node_modules/'))
      return response.setHeader('content-type', 'text/html; charset=utf-8').end(page)

    const text = await readFile(join(root, normalize(url.pathname)), 'utf8')
    const script =
      url.search === '' ? text : `const exports = {}, module = { exports };${text}\nexport default module.exports`
    response.setHeader('content-type', 'text/javascript').end(script)
  })
  t.after(site.close)
  const { as, url, browse, returned } = await startNotes(t, {
    server: { profile: 'mcp' },
    notes: { allowedOrigins: [site.at()] },
  })
  const browser = await launchBrowser()
  t.after(() => browser.close())
  const { context, complaints } = await openWatched(browser)
  const inspector = await context.newPage()
  await inspector.goto(`${site.at()}/?server=${encodeURIComponent(url)}`)
  await inspector.waitForFunction('globalThis.ready === true')

  const sentTo = (await inspector.evaluate('begin()')) as string
  await browse(new URL(sentTo))
  const code = returned.pop()?.searchParams.get('code')
  const tools = await inspector.evaluate(`finish(${JSON.stringify(code)})`)

  assert.deepEqual(tools, ['list_notes', 'add_note'])
  // The one refusal it begins with is told on the console, and nothing of a policy.
  assert.deepEqual(
    complaints.filter((each) => !each.includes('status of 401')),
    [],
  )
  const asked = as.exchanges.filter(({ request }) => request.method === 'OPTIONS').map(({ request }) => request.path)
  assert.deepEqual([...new Set(asked)].toSorted(), ['/.well-known/oauth-authorization-server', '/register'])
  assert.deepEqual(as.faults, [])
})
