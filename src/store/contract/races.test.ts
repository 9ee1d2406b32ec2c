import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '../../ports/store.ts'
import { oneByOne, openCheckThenAct } from './check-then-act.ts'
import { describeDeviceRaces } from './device-races.ts'
import { describeRaces } from './races.ts'
import { describeRequestRaces } from './request-races.ts'
import { describeTokenRaces } from './token-races.ts'

/** The races over a store, by their sentences. */
function racesOver(open: () => unknown) {
  const races = new Map<string, () => Promise<void>>()
  const register = (title: string, run: () => Promise<void>) => races.set(title.replaceAll(/^: |\[.*?\] /g, ''), run)
  const suite = { name: '', open: async (): Promise<[Store]> => [open() as Store], test: register }
  describeRaces(suite)
  describeRequestRaces(suite)
  describeTokenRaces(suite)
  describeDeviceRaces(suite)

  return races
}

const broken = racesOver(openCheckThenAct)
const queued = racesOver(() => oneByOne(openCheckThenAct()))

test('the contract has races', () => assert.ok(broken.size >= 19))

for (const [title, run] of broken) {
  test(`a store that looks before it acts fails where ${title}`, () => assert.rejects(run(), assert.AssertionError))

  test(`the same store passes, if it is asked one call at a time, where ${title}`, () => queued.get(title)!())
}
