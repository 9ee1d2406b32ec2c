import { after, before, describe } from 'node:test'
import type { InstanceStore } from '../support/instances.ts'
import { describeCarried } from './carried.ts'
import { describeCounted } from './counted.ts'
import { startFleet } from './fleet.ts'
import type { Fleet } from './fleet.ts'
import { describeOnce } from './once.ts'
import { describeRestarts } from './restarts.ts'

/** That nothing which must be shared is in the memory of one process. */
export function describeFleet(where: string, prepare: () => Promise<InstanceStore>): void {
  describe(where, () => {
    let fleet: Fleet
    before(async () => {
      fleet = await startFleet(await prepare())
    })
    after(() => fleet?.close())

    describeOnce(where, () => fleet)
    describeCounted(where, () => fleet)
    describeCarried(where, () => fleet)
    describeRestarts(where, () => fleet)
  })
}
