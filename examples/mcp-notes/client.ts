import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { createProvider } from './provider.ts'
import type { Provider, ProviderOptions } from './provider.ts'

export { createProvider }
export type { Provider, ProviderOptions }

export interface NotesClient {
  /** Calls a tool and gives the texts it answers. Asks the person where that is needed. */
  readonly call: (tool: string, given?: Readonly<Record<string, unknown>>) => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

/** One to come in, one for more: who is asked again after that is asked by a server that cannot be pleased. */
const maxConsents = 2

/**
 * A client of the notes server, made with the official SDK. Whenever the server wants a consent that is not there yet,
 * it sends the person to their browser, waits for them to come back, and does again what it was about to do.
 *
 * @param comeBack resolves with the address that the browser came back with
 */
export async function connectNotes(
  url: string,
  provider: Provider,
  comeBack: () => Promise<URL>,
): Promise<NotesClient> {
  const client = new Client({ name: 'notes-client', version: '1.0.0' })
  let transport = openTransport()

  await asked(() => client.connect((transport = openTransport()) as Transport))

  return {
    call: (name, given = {}) =>
      asked(async () => {
        const { content } = await client.callTool({ name, arguments: { ...given } })
        return (content as readonly { text?: string }[]).map(({ text = '' }) => text)
      }),
    close: () => client.close(),
  }

  function openTransport() {
    return new StreamableHTTPClientTransport(new URL(url), { authProvider: provider, fetch: provider.fetch })
  }

  async function asked<Value>(attempt: () => Promise<Value>): Promise<Value> {
    for (let consents = 0; ; consents += 1) {
      try {
        return await attempt()
      } catch (reason) {
        if (!(reason instanceof UnauthorizedError) || consents === maxConsents) throw reason
        await transport.finishAuth(provider.finish(await comeBack()))
      }
    }
  }
}
