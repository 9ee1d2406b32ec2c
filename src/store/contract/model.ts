import assert from 'node:assert/strict'
import fc from 'fast-check'
import { instant } from '../../base/time.ts'
import type { Authorization, AuthorizationCode, RevocationReason } from '../../protocol/authorization.ts'
import { aCode, anAuthorization, anEvent, aRedemption, aRotation, morning } from '../../testing/index.ts'
import { within } from './suite.ts'
import type { Suite, World } from './suite.ts'

/** The store as it should be, in a few lines: what became of each code and each authorization. */
interface Model {
  readonly codes: { readonly code: AuthorizationCode; fate: 'unused' | 'burned' | Authorization }[]
  readonly authorizations: {
    readonly made: Authorization
    generation: number
    revoked: RevocationReason | undefined
  }[]
  events: number
}

type Command = fc.AsyncCommand<Model, World>

const pick = <Thing>(things: readonly Thing[], index: number) => things[index % things.length]!

const issue = (through: number): Command => ({
  check: () => true,
  run: async (model, world) => {
    const code = aCode()
    assert.equal(await world.each(through).issueCode(code, undefined, undefined, anEvent(), morning), 'done')
    model.codes.push({ code, fate: 'unused' })
    model.events += 1
  },
  toString: () => 'issue a code',
})

const redeem = (which: number, through: number): Command => ({
  check: (model) => model.codes.length > 0,
  run: async (model, world) => {
    const entry = pick(model.codes, which)
    const authorization = anAuthorization()
    const commit = await world.each(through).commit(aRedemption(entry.code, { authorization }), morning)
    if (entry.fate === 'unused') {
      assert.deepEqual(commit, { kind: 'done' })
      entry.fate = authorization
      model.authorizations.push({ made: authorization, generation: 1, revoked: undefined })
      model.events += 1
    } else {
      const authorizationId = entry.fate === 'burned' ? undefined : entry.fate.id
      assert.deepEqual(commit, { kind: 'already_redeemed', authorizationId })
    }
  },
  toString: () => `redeem code ${which}`,
})

const burn = (which: number, through: number): Command => ({
  check: (model) => model.codes.length > 0,
  run: async (model, world) => {
    const entry = pick(model.codes, which)
    const burned = await world.each(through).burnCode(entry.code.id, anEvent(), morning)
    assert.equal(burned, entry.fate === 'unused')
    if (!burned) return
    entry.fate = 'burned'
    model.events += 1
  },
  toString: () => `burn code ${which}`,
})

/** With the newest refresh token (`behind` is 0) or with one that was used up before. */
const rotate = (which: number, behind: number, through: number): Command => ({
  check: (model) => model.authorizations.length > 0,
  run: async (model, world) => {
    const entry = pick(model.authorizations, which)
    const generation = Math.max(1, entry.generation - behind)
    const commit = await world.each(through).commit(aRotation(entry.made, { generation }), morning)
    const succeeds = entry.revoked === undefined && generation === entry.generation
    assert.equal(commit.kind, succeeds ? 'done' : 'already_redeemed')
    if (!succeeds) return
    entry.generation += 1
    model.events += 1
  },
  toString: () => `rotate authorization ${which}, ${behind} behind`,
})

const revoke = (which: number, reason: RevocationReason, through: number): Command => ({
  check: (model) => model.authorizations.length > 0,
  run: async (model, world) => {
    const entry = pick(model.authorizations, which)
    const revoked = await world.each(through).revokeAuthorization(entry.made.id, reason, anEvent(), morning)
    assert.equal(revoked, entry.revoked === undefined)
    if (!revoked) return
    entry.revoked = reason
    model.events += 1
  },
  toString: () => `revoke authorization ${which}`,
})

/** Nothing of this has passed, so nothing may leave. */
const prune = (through: number): Command => ({
  check: () => true,
  run: async (_model, world) => assert.equal(await world.each(through).prune(instant(morning + 1), 100), 0),
  toString: () => 'prune',
})

const lookAtAll = (through: number): Command => ({
  check: () => true,
  run: async (model, world) => {
    const store = world.each(through)
    for (const { code, fate } of model.codes) {
      const found = await store.findCode(code.id)
      assert.equal(found?.burnedAt !== undefined, fate === 'burned')
      assert.equal(found?.authorizationId, typeof fate === 'string' ? undefined : fate.id)
    }
    for (const { made, generation, revoked } of model.authorizations) {
      const found = await store.findAuthorization(made.id)
      assert.deepEqual([found?.refresh?.generation, found?.revokedBecause], [generation, revoked])
    }
    assert.equal((await store.listAudit(undefined, 1000)).length, model.events)
  },
  toString: () => 'look at everything',
})

const small = fc.nat(7)
const connection = fc.nat(3)
const reason = fc.constantFrom<RevocationReason[]>('code_replayed', 'refresh_token_reused', 'removed_by_person')

const commands = fc.commands(
  [
    connection.map(issue),
    fc.tuple(small, connection).map((given) => redeem(...given)),
    fc.tuple(small, connection).map((given) => burn(...given)),
    fc.tuple(small, fc.nat(2), connection).map((given) => rotate(...given)),
    fc.tuple(small, reason, connection).map((given) => revoke(...given)),
    connection.map(prune),
    connection.map(lookAtAll),
  ],
  { maxCommands: 40 },
)

/** How many sequences are tried; more on demand. */
const runs = Number(process.env['HUFU_MODEL_RUNS'] ?? 15)

export function describeModel({ name, open, test }: Suite): void {
  test(`${name}: any sequence of issuing, redeeming, burning, rotating and revoking ends as the simple model says`, () =>
    fc.assert(
      fc.asyncProperty(commands, (sequence) =>
        within(open, async (world) => {
          const model: Model = { codes: [], authorizations: [], events: 0 }
          await fc.asyncModelRun(() => ({ model, real: world }), [...sequence, lookAtAll(1)])
        })(),
      ),
      { numRuns: runs },
    ))
}
