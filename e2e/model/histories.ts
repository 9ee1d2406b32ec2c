import fc from 'fast-check'
import type { Kind } from './model.ts'
import { advance, advanceTo, changeClient, changePerson, prune, restart, signIn, signOut } from './circumstances.ts'
import type { edges } from './circumstances.ts'
import { authorize, introspect, redeemCode, refreshFamily, revokeAccess, revokeRefresh } from './steps.ts'
import type { Command } from './steps.ts'

/*
 * What happens in a history: single steps by chance, and histories of a few steps that would seldom come by chance.
 */

/** One after the other, but what cannot be any more: a history that would seldom come by chance. */
const inOrder = (name: string, parts: readonly Command[]): Command => ({
  check: (model) => parts[0]!.check(model),
  run: async (model, real) => {
    for (const part of parts) if (part.check(model)) await part.run(model, real)
  },
  toString: () => `${name} (${parts.map(String).join('; ')})`,
})

/** What an honest client does. */
const obtain = (client: number, kind: Kind, turn: number) =>
  inOrder('obtain', [authorize(client, kind, turn), redeemCode(0, 'own', 'right', turn + 1)])

/** Something happens between a code and its redemption (attack row CD-09). */
const interrupted = (client: number, kind: Kind, length: number, between: Command, turn: number) =>
  inOrder('interrupted', [
    authorize(client, kind, turn),
    advance(length),
    between,
    redeemCode(0, 'own', 'right', turn + 1),
    introspect(0, turn),
  ])

/** What was given is asked about after something that may have ended it. */
const ended = (client: number, kind: Kind, length: number, by: Command, turn: number) =>
  inOrder('ended', [
    obtain(client, kind, turn),
    advance(length),
    by,
    introspect(0, turn),
    refreshFamily(0, 0, 'own', turn + 1),
  ])

/** Refreshes as late as it can, and is asked for more about when all of it has to end. */
const stays = (client: number, kind: Kind, past: number, turn: number) =>
  inOrder('stays', [
    obtain(client, kind, turn),
    advanceTo(0, 'idle', -1),
    refreshFamily(0, 0, 'own', turn),
    advanceTo(0, 'absolute', past),
    introspect(0, turn + 1),
    refreshFamily(0, 0, 'own', turn + 1),
  ])

/** A refresh token is used again, some time after its successor was given. */
const reused = (client: number, kind: Kind, length: number, back: number, turn: number) =>
  inOrder('reused', [
    obtain(client, kind, turn),
    refreshFamily(0, 0, 'own', turn + 1),
    refreshFamily(0, 0, 'own', turn),
    advance(length),
    refreshFamily(0, back, 'own', turn),
    introspect(0, turn + 1),
  ])

/** A code is used again, some time later. */
const replayed = (client: number, kind: Kind, length: number, turn: number) =>
  inOrder('replayed', [
    obtain(client, kind, turn),
    advance(length),
    prune,
    redeemCode(0, 'own', 'right', turn),
    introspect(0, turn + 1),
  ])

const index = fc.constantFrom(0, 0, 0, 1, 1, 2, 3)
const turn = fc.nat({ max: 1 })
const client = fc.nat({ max: 1 })
const own = often('own', 'other')
const verifier = often('right', 'wrong')
const back = fc.constantFrom(0, 0, 0, 1, 1, 2, 3)
const kind = fc.constantFrom<Kind>('plain', 'openid', 'offline')
const steps = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(1, 5, 9, 10, 11) },
  { weight: 1, arbitrary: fc.constantFrom(59, 60, 61, 119, 120, 121, 300, 599, 600, 601, 1500) },
)

const edge = fc.constantFrom<keyof typeof edges>('retry', 'access', 'idle', 'idle', 'absolute')
const offset = fc.constantFrom(-50, -1, -1, 0, 0, 1, 10)

function often<Usual extends string, Rare extends string>(usual: Usual, rare: Rare): fc.Arbitrary<Usual | Rare> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(rare) })
}

/** What ends everything comes seldom, or there would be nothing to end. */
const seldom = fc.oneof(
  turn.map(restart),
  turn.map(signOut),
  fc.constant(prune),
  fc.tuple(client, often('cut off', 'disable')).map((all) => changeClient(...all)),
  often('sign out everywhere', 'disable').map(changePerson),
  fc.tuple(index, back, own, turn).map((all) => revokeRefresh(...all)),
)

/** A code comes into other hands, or comes with the wrong half. */
const spoil = fc.tuple(own, verifier, turn).map(([by, half, at]) => redeemCode(0, by, half, at))

export const commands = [
  turn.map(signIn),
  fc.tuple(client, kind, turn).map((all) => obtain(...all)),
  fc.tuple(client, kind, turn).map((all) => obtain(...all)),
  fc.tuple(client, kind, turn).map((all) => authorize(...all)),
  fc
    .tuple(client, kind, fc.constantFrom(0, 1, 59, 60), fc.oneof(seldom, spoil), turn)
    .map((all) => interrupted(...all)),
  fc.tuple(client, kind, fc.constantFrom(0, 1, 9), seldom, turn).map((all) => ended(...all)),
  fc.tuple(client, kind, fc.constantFrom(-1, 0, 10), turn).map((all) => stays(...all)),
  fc.tuple(client, kind, fc.constantFrom(1, 9, 10), fc.constantFrom(1, 2), turn).map((all) => reused(...all)),
  fc.tuple(client, kind, fc.constantFrom(1, 59, 61, 119), turn).map((all) => replayed(...all)),
  fc.tuple(index, own, verifier, turn).map((all) => redeemCode(...all)),
  fc.tuple(index, back, own, turn).map((all) => refreshFamily(...all)),
  fc.tuple(index, back, own, turn).map((all) => refreshFamily(...all)),
  fc.tuple(index, back, own, turn).map((all) => refreshFamily(...all)),
  fc.tuple(index, index, own, turn).map((all) => revokeAccess(...all)),
  fc.tuple(index, turn).map((all) => introspect(...all)),
  fc.tuple(index, turn).map((all) => introspect(...all)),
  steps.map(advance),
  fc.tuple(index, edge, offset).map((all) => advanceTo(...all)),
  seldom,
]
