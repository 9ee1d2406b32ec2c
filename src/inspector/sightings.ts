import type { Message } from './message.ts'

/** Another sight of the same message: what the one side knows and the other does not is put together. */
export function seenAgain(known: Message, seen: Message): Message {
  const knownByGuardOnly = known.seenBy.every((tap) => tap === 'guard')

  return {
    ...known,
    request: knownByGuardOnly ? seen.request : known.request,
    at: known.at < seen.at ? known.at : seen.at,
    durationMs: known.durationMs ?? seen.durationMs,
    response: known.response ?? seen.response,
    landing: known.landing ?? seen.landing,
    errorCode: known.errorCode ?? seen.errorCode,
    decision: known.decision ?? seen.decision,
    seenBy: [...known.seenBy, ...seen.seenBy],
  }
}

/** The same call seen from another side: never the same side twice, so two equal calls stay two. */
export function isTwin(known: Message, seen: Message): boolean {
  return (
    known.kind === 'call' &&
    known.request.method === seen.request.method &&
    isSameTarget(known, seen) &&
    !seen.seenBy.some((tap) => known.seenBy.includes(tap))
  )
}

/** The guard reports paths without their query. */
function isSameTarget(known: Message, seen: Message): boolean {
  const fromGuard = [known, seen].some((each) => each.seenBy.every((tap) => tap === 'guard'))

  return fromGuard ? pathOf(known) === pathOf(seen) : known.request.target === seen.request.target
}

const pathOf = (message: Message) => message.request.target.split('?', 1)[0]
