/*
 * The notes on the command line: `node examples/mcp-notes/notes.ts URL list_notes`, or `add_note TEXT`. Nobody has
 * registered this program: it makes itself known to whatever authorization server the MCP server names.
 */
import { openCallback } from './callback.ts'
import { connectNotes, createProvider } from './client.ts'

const [, , server, tool = 'list_notes', text] = process.argv
if (server === undefined) {
  console.error('usage: node notes.ts URL [list_notes | add_note TEXT]')
  process.exit(2)
}

const callback = await openCallback()
const openBrowser = (url: URL) => console.log(`open ${url.href}`)
const provider = createProvider({ server, redirectUrl: callback.redirectUrl, openBrowser })
try {
  const client = await connectNotes(server, provider, callback.comeBack)
  for (const line of await client.call(tool, text === undefined ? {} : { text })) console.log(line)
  await client.close()
} catch (reason) {
  console.error(reason instanceof Error ? reason.message : String(reason))
  process.exitCode = 1
} finally {
  callback.close()
}
