/*
 * The client of the MCP example as the official conformance tool runs it: with the address of a server, in a process of
 * its own. The browser it opens is one request, since the tool's authorization server asks nobody.
 */
import { connectNotes, createProvider } from 'example-mcp-notes/client'

const [, , server = ''] = process.argv
const registered = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as {
  readonly client_id?: string
  readonly client_secret?: string
}
let callback = new URL('about:blank')

const provider = createProvider({
  server,
  redirectUrl: 'http://127.0.0.1:3000/callback',
  // The address the tool knows a client by that has a metadata document.
  clientMetadataUrl: 'https://conformance-test.local/client-metadata.json',
  ...(registered.client_id !== undefined && { registered: { ...registered, client_id: registered.client_id } }),
  openBrowser: async (to) => {
    const answer = await fetch(to, { redirect: 'manual' })
    callback = new URL(answer.headers.get('location') ?? 'about:blank')
  },
})
const client = await connectNotes(server, provider, async () => callback)
// Twice, so that a server has the chance to change its mind in between.
await client.call('test-tool')
await client.call('test-tool')
await client.close()
