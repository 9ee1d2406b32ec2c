import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Connections } from './connections.ts'
import type { HttpResponse } from './message.ts'

/** Milliseconds in which a client has to take an answer, or a piece of a stream, from us (attack row HT-05). */
export const slowReadLimit = 14_000

type Headers = Record<string, string | string[]>

export async function send(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, headers, body }: HttpResponse,
  connections: Connections | undefined,
): Promise<void> {
  const closing = connections?.isClosing() === true
  if (closing) outgoing.setHeader('connection', 'close')
  if (typeof body !== 'string') {
    outgoing.writeHead(status, headers as Headers)

    return sendPieces(outgoing, body, connections?.ending)
  }
  outgoing.writeHead(status, {
    ...headers,
    ...(status !== 204 && status !== 304 && { 'content-length': Buffer.byteLength(body) }),
  } as Headers)
  const sent = incoming.method === 'HEAD' ? '' : body
  if (closing && !incoming.complete) return sendBeforeEnd(incoming, outgoing, sent)
  outgoing.end(sent)
  if (outgoing.writableLength > 0) giveUpLater(outgoing)
}

/** A connection that is closed while a body is on its way is reset, and the answer with it: the body is waited for. */
async function sendBeforeEnd(incoming: IncomingMessage, outgoing: ServerResponse, body: string): Promise<void> {
  outgoing.flushHeaders()
  if (body !== '') outgoing.write(body)
  if (incoming.readableFlowing === null) incoming.resume()
  await new Promise<void>((resolve) => {
    incoming.once('end', resolve).once('close', resolve)
  })
  outgoing.end()
}

async function sendPieces(
  outgoing: ServerResponse,
  body: AsyncIterable<string>,
  ending: AbortSignal | undefined,
): Promise<void> {
  outgoing.flushHeaders()
  const chunks = body[Symbol.asyncIterator]()
  const over = Promise.withResolvers<{ readonly done: true; readonly value: undefined }>()
  const finish = () => {
    over.resolve({ done: true, value: undefined })
    void chunks.return?.()
  }
  outgoing.once('close', finish)
  ending?.addEventListener('abort', finish)
  if (ending?.aborted === true) finish()
  try {
    for (;;) {
      const next = await Promise.race([over.promise, chunks.next()])
      if (next.done === true || !outgoing.writable) break
      // What a slow reader has not taken yet is not added to.
      if (!outgoing.write(next.value)) {
        const spare = giveUpLater(outgoing)
        await Promise.race([once(outgoing, 'drain'), over.promise])
        spare()
      }
    }
  } finally {
    ending?.removeEventListener('abort', finish)
  }
  outgoing.end()
  if (outgoing.writableLength > 0) giveUpLater(outgoing)
}

/** @returns takes it back */
function giveUpLater(outgoing: ServerResponse): () => void {
  const timer = setTimeout(() => outgoing.destroy(), slowReadLimit).unref()
  const spare = () => clearTimeout(timer)
  outgoing.once('close', spare)

  return spare
}
