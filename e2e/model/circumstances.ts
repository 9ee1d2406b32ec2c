import assert from 'node:assert/strict'
import { anEvent } from 'hufu/testing'
import { createRingAgent } from '../races/agent.ts'
import { fleetIssuer, person } from '../support/instances.ts'
import { endSession, isSignedIn } from './model.ts'
import type { Family, Model } from './model.ts'
import { command, pick } from './steps.ts'
import { lifetimes } from './world.ts'
import type { World } from './world.ts'

/*
 * What happens around the tokens: people come and go, operators act, time passes, instances end and begin.
 */

export const signIn = (turn: number) =>
  command(
    `sign in at ${turn}`,
    async (model, { world, newcomers }) => {
      model.session = { since: model.now, cookie: await signInAt(world, newcomers.username, turn), over: false }
    },
    (model) => !isSignedIn(model) && !model.person.disabled,
  )

export async function signInAt(world: World, username: string, turn: number): Promise<string> {
  const agent = createRingAgent(world.ring, turn)
  const { password } = person
  const after = await agent.submit(await agent.open(`${fleetIssuer}/sign-in`), '/sign-in', { username, password })
  assert.equal(after.status, 200)

  return Array.from(agent.cookies, ([name, value]) => `${name}=${value}`).join('; ')
}

export const signOut = (turn: number) =>
  command(
    `sign out at ${turn}`,
    async (model, { world }) => {
      const agent = createRingAgent(world.ring, turn)
      for (const pair of model.session!.cookie.split('; '))
        agent.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
      const after = await agent.submit(await agent.open(`${fleetIssuer}/sign-out`), '/sign-out')
      assert.equal(after.status, 200)
      endSession(model)
    },
    isSignedIn,
  )

export const advance = (length: number) =>
  command(`advance ${length} s`, async (model, { world }) => pass(length, model, world))

function pass(length: number, model: Model, world: World): void {
  world.clock.advance(length as Parameters<World['clock']['advance']>[0])
  model.now += length
}

/** What ends of a family, and when. */
export const edges = {
  retry: ({ rotatedAt }: Family) => rotatedAt + lifetimes.retry,
  access: ({ accessTokens }: Family) => accessTokens.at(-1)?.endsAt ?? 0,
  idle: ({ rotatedAt }: Family) => rotatedAt + lifetimes.idle,
  absolute: ({ createdAt }: Family) => createdAt + lifetimes.absolute,
} as const

/** To just before, at and just after the end of something: where the mistakes are. */
export const advanceTo = (which: number, edge: keyof typeof edges, offset: number) => {
  const lengthOf = (model: Model) => edges[edge](pick(model.families, which)) + offset - model.now

  return command(
    `advance to ${offset} s from the ${edge} end of the family ${which} before the newest`,
    async (model, { world }) => pass(lengthOf(model), model, world),
    (model) => model.families.length > 0 && lengthOf(model) > 0,
  )
}

export const restart = (which: number) => command(`restart ${which}`, async (_model, { world }) => world.restart(which))

/** What has passed leaves; nobody may notice. */
export const prune = command(
  'prune',
  async (_model, { world }) => void (await world.store.prune(world.clock.now(), 1000)),
)

export const changeClient = (which: number, how: 'disable' | 'cut off') =>
  command(`${how} client ${which}`, async (model, { world }) => {
    const state = model.clients[which]!
    const found = await world.store.findClient(state.client.client_id as Parameters<World['store']['findClient']>[0])
    const now = world.clock.now()
    await world.store.saveClient(
      { ...found!, ...(how === 'disable' ? { disabledAt: now } : { validAfter: now }) },
      anEvent(),
    )
    if (how === 'disable') state.disabled = true
    else state.validAfter = model.now
  })

export const changePerson = (how: 'disable' | 'sign out everywhere') =>
  command(`${how} the person`, async (model, { world, newcomers }) => {
    const { username } = newcomers
    const found = await world.store.findAccountByUsername(username)
    const now = world.clock.now()
    const change = how === 'disable' ? { disabledAt: now } : { validAfter: now }
    await world.store.saveAccount({ ...found!, ...change }, username, anEvent())
    if (how === 'disable') model.person.disabled = true
    else model.person.validAfter = model.now
    if (model.session !== undefined && !isSignedIn(model)) endSession(model)
  })
