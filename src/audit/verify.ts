import type { Store } from '../ports/store.ts'
import type { AuditEvent } from '../protocol/audit-event.ts'
import { eventMark, holds, isNext, prunedThrough } from '../protocol/audit-seal.ts'
import type { AuditSeal } from '../protocol/audit-seal.ts'

/** What does not fit. `seal` is its number, `event` an id; of an event that is gone only its place in the seal is known, from 1. */
export type Finding =
  | { readonly kind: 'seal_missing' | 'seal_changed' | 'order_changed'; readonly seal: number }
  | { readonly kind: 'event_changed' | 'event_added'; readonly seal: number; readonly event: string }
  | { readonly kind: 'event_removed'; readonly seal: number; readonly place: number }
  | { readonly kind: 'head_missing' | 'head_differs'; readonly seal: number }

/** What somebody wrote down earlier: the chain must still go through it. */
export interface Head {
  readonly seal: number
  readonly hash: string
}

export interface Verdict {
  /** Events that have a seal, and are there. */
  readonly sealed: number
  /** Not a fault: the newest have none for about a second. */
  readonly unsealed: number
  readonly seals: number
  /** Events of seals up to this one may be gone, since their time was over; 0 if none were removed. */
  readonly prunedThrough: number
  readonly head: Head | undefined
  /** At most {@link maxFindings}, in the order of the chain. */
  readonly findings: readonly Finding[]
}

export const maxFindings = 100

/** Seals that are looked at together with their events. */
const step = 20

/**
 * Walks along the whole chain and looks whether every seal is ours and follows on the one before it, and whether each
 * has exactly the events that it was put on. The server may go on meanwhile.
 */
export async function verifyAudit(
  store: Pick<Store, 'listAuditSeals' | 'listSealedAudit' | 'listUnsealedAudit'>,
  key: Uint8Array,
  remembered: Head | undefined,
): Promise<Verdict> {
  const findings: Finding[] = []
  let [sealed, seals, pruned] = [0, 0, 0]
  let previous: AuditSeal | undefined
  let foundHead: Head | undefined
  const notePruned = (events: readonly AuditEvent[]) => {
    for (const event of events) pruned = Math.max(pruned, prunedThrough(key, event))
  }

  for (;;) {
    const page = await store.listAuditSeals(previous?.number ?? 0, step)
    if (page.length === 0) break
    const rows = await store.listSealedAudit((previous?.number ?? 0) + 1, page.at(-1)!.number)
    const bySeal = Map.groupBy(rows, ({ seal }) => seal)
    for (const seal of page) {
      const events = (bySeal.get(seal.number) ?? []).map(({ event }) => event)
      findings.push(...linkFindings(key, seal, previous), ...eventFindings(seal, events))
      notePruned(events)
      if (seal.number === remembered?.seal) foundHead = { seal: seal.number, hash: seal.hash }
      sealed += events.length
      previous = seal
    }
    seals += page.length
  }
  const rest = await store.listUnsealedAudit(1000)
  notePruned(rest)
  if (remembered !== undefined) findings.push(...headFindings(remembered, foundHead))

  return {
    sealed,
    unsealed: rest.length,
    seals,
    prunedThrough: pruned,
    head: previous && { seal: previous.number, hash: previous.hash },
    findings: findings.filter((each) => each.kind !== 'event_removed' || each.seal > pruned).slice(0, maxFindings),
  }
}

function linkFindings(key: Uint8Array, seal: AuditSeal, previous: AuditSeal | undefined): readonly Finding[] {
  const expected = (previous?.number ?? 0) + 1
  // What follows a gap cannot be told to follow: that is told once, as the gap.
  if (seal.number !== expected) return [{ kind: 'seal_missing', seal: expected }]

  return isNext(key, seal, previous) ? [] : [{ kind: 'seal_changed', seal: seal.number }]
}

function eventFindings(seal: AuditSeal, events: readonly AuditEvent[]): readonly Finding[] {
  if (holds(seal, events)) return []
  const { number, marks } = seal
  const present = events.map((event) => ({ event: event.id, mark: eventMark(event) }))
  const [known, there] = [new Set(marks), new Set(present.map(({ mark }) => mark))]
  const strange = present.filter(({ mark }) => !known.has(mark))
  const gone = marks.flatMap((mark, index) => (there.has(mark) ? [] : [index + 1]))
  if (strange.length === 0 && gone.length === 0) return [{ kind: 'order_changed', seal: number }]

  // One that was changed is one that is strange and one that is gone.
  return [
    ...strange.map(
      ({ event }, index) =>
        ({ kind: index < gone.length ? 'event_changed' : 'event_added', seal: number, event }) as const,
    ),
    ...gone.slice(strange.length).map((place) => ({ kind: 'event_removed', seal: number, place }) as const),
  ]
}

function headFindings(remembered: Head, found: Head | undefined): readonly Finding[] {
  if (found === undefined) return [{ kind: 'head_missing', seal: remembered.seal }]

  return found.hash === remembered.hash ? [] : [{ kind: 'head_differs', seal: remembered.seal }]
}
