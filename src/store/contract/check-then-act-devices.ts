import { setImmediate as nextTurn } from 'node:timers/promises'
import { addSeconds, hasPassed } from '../../base/time.ts'
import type { Attempts, DeviceAnswered, Store } from '../../ports/store.ts'
import type { DeviceAuthorization } from '../../protocol/device.ts'

interface Rows {
  readonly find: <Row>(id: string) => Promise<Row | undefined>
  readonly put: (id: string, row: unknown) => void
}

type DeviceMethod = 'saveDevice' | 'findDevice' | 'claimDevice' | 'pollDevice'

/** The part about devices of a store that looks before it acts. */
export const checkThenActDevices = ({ find, put }: Rows): Pick<Store, DeviceMethod> => ({
  findDevice: find,
  async saveDevice(device, quotas) {
    const taken = await find(device.userCodeHash)
    await nextTurn()
    if (taken !== undefined) return 'user_code_taken'
    for (const { key, limit, windowEnd } of quotas) {
      const known = await find<Attempts>(key)
      await nextTurn()
      const counted = { count: (known?.count ?? 0) + 1, windowEnd }
      put(key, counted)
      if (counted.count > limit) return counted
    }
    put(device.userCodeHash, device.id)
    put(device.id, device)

    return 'done'
  },
  async claimDevice(transaction) {
    const { answerTo } = transaction.request
    const device = answerTo.kind === 'device' ? await find<DeviceAuthorization>(answerTo.id) : undefined
    await nextTurn()
    if (device === undefined || device.outcome !== undefined) return 'taken'
    if (device.claimedBy !== undefined && device.claimedBy !== transaction.browserHash) return 'taken'
    put(device.id, { ...device, claimedBy: transaction.browserHash })
    put(transaction.id, transaction)

    return 'done'
  },
  async pollDevice(id, slowDown, now) {
    const device = (await find<DeviceAuthorization>(id))!
    await nextTurn()
    const onTime = device.polledAt === undefined || hasPassed(addSeconds(device.polledAt, device.interval), now)
    put(id, { ...device, polledAt: now, interval: onTime ? device.interval : device.interval + slowDown })

    return onTime ? 'on_time' : 'too_soon'
  },
})

/** The device that is to be answered, or `taken` if it was or is another browser's. */
export async function findOpenDevice({ find }: Rows, answered: DeviceAnswered | undefined) {
  if (answered === undefined) return undefined
  const device = await find<DeviceAuthorization>(answered.id)
  const isOpen = device !== undefined && device.outcome === undefined && device.claimedBy === answered.claimedBy

  return isOpen ? { ...device, outcome: answered.outcome } : 'taken'
}
