import { createServer } from 'node:https'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AuthorizationServerOptions } from 'hufu'
import { createFetchDocument } from '../../src/outbound/fetch-document.ts'
import type { FetchDocumentOptions } from '../../src/outbound/fetch-document.ts'
import { localhostCertificate } from '../../src/testing/localhost-certificate.ts'

type FetchDocument = NonNullable<AuthorizationServerOptions['fetchDocument']>
type Answer = Awaited<ReturnType<FetchDocument>>

/** Hosts of clients that exist in this process only: what stands at which address, and what was asked for. */
export interface DocumentHosts {
  readonly fetchDocument: FetchDocument
  readonly asked: string[]
  /** Publishes a document, or a text as it is, at its address. */
  readonly publish: (url: string, document: unknown, freshFor?: number) => void
  /** From now on that is what comes of asking. */
  readonly fail: (url: string, problem: Extract<Answer, { ok: false }>['error']) => void
}

export function documentHosts(): DocumentHosts {
  const answers = new Map<string, Answer>()
  const asked: string[] = []

  return {
    asked,
    fetchDocument: async (url) => {
      asked.push(url)
      return answers.get(url) ?? { ok: false, error: 'unreachable' }
    },
    publish(url, document, freshFor) {
      const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document))
      answers.set(url, { ok: true, value: { bytes, freshFor: freshFor as never } })
    },
    fail: (url, error) => void answers.set(url, { ok: false, error }),
  }
}

/** A real host on loopback, with TLS: `https://localhost:PORT`. */
export async function startDocumentHost(listener: RequestListener) {
  const asked: string[] = []
  const server = createServer(localhostCertificate, (request, response) => {
    asked.push(request.url ?? '')
    listener(request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`

  return {
    origin,
    asked,
    /** The fetcher as servers have it, which trusts this host's certificate. */
    fetchDocument: (options: Partial<FetchDocumentOptions> = {}) =>
      createFetchDocument({
        development: true,
        ca: localhostCertificate.cert,
        resolve: async () => [{ address: '127.0.0.1', family: 4 }],
        ...options,
      }),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
