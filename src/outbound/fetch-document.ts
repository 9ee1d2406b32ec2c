import type { IncomingMessage } from 'node:http'
import { accept, refuse, type Result } from '../base/result.ts'
import type { FetchDocument, FetchedDocument, FetchProblem } from '../ports/fetch-document.ts'
import { freshnessOf } from './freshness.ts'
import { createSafeRequest, type OutboundOptions } from './safe-request.ts'

export type { OutboundOptions as FetchDocumentOptions } from './safe-request.ts'

const maxBytes = 65_536

/**
 * Documents over https whose address somebody else chose: no compression, no more than five seconds and 64 KiB (attack
 * row CA-09).
 */
export function createFetchDocument(options: OutboundOptions): FetchDocument {
  const ask = createSafeRequest(options)
  const headers = { accept: 'application/jwk-set+json, application/json', 'accept-encoding': 'identity' }

  return (url, limits = {}) =>
    ask(url, { method: 'GET', headers, timeoutMs: limits.timeoutMs }, (answer) =>
      readAnswer(answer, Math.min(maxBytes, limits.maxBytes ?? maxBytes)),
    )
}

async function readAnswer(answer: IncomingMessage, most: number): Promise<Result<FetchedDocument, FetchProblem>> {
  const problem = checkHeaders(answer, most)
  if (problem !== undefined) {
    answer.destroy()
    return refuse(problem)
  }

  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > most) {
      answer.destroy()
      return refuse('too_large')
    }
    chunks.push(chunk)
  }
  return accept({ bytes: Buffer.concat(chunks), freshFor: freshnessOf(answer.headers) })
}

function checkHeaders({ statusCode, headers }: IncomingMessage, most: number): FetchProblem | undefined {
  if (statusCode === 404 || statusCode === 410) return 'not_found'
  if (statusCode !== 200) return 'status_not_200'
  if (!/^application\/(?:[\w.-]+\+)?json *(?:;|$)/i.test(headers['content-type'] ?? '')) return 'not_json'
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return 'not_json'

  return Number(headers['content-length'] ?? 0) > most ? 'too_large' : undefined
}
