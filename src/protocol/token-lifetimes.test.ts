import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addSeconds, seconds } from '../base/time.ts'
import type { Instant } from '../base/time.ts'
import { aClient, aRefreshChain, morning } from '../testing/index.ts'
import { absoluteExpiry, authorizationEnd, refreshExpiry } from './token-lifetimes.ts'

const lifetimesOf = (refreshIdle: number | 'never', refreshAbsolute: number | 'never') => ({
  ...aClient().lifetimes,
  refreshIdle: refreshIdle === 'never' ? refreshIdle : seconds(refreshIdle),
  refreshAbsolute: refreshAbsolute === 'never' ? refreshAbsolute : seconds(refreshAbsolute),
})
const after = (count: number) => addSeconds(morning, seconds(count))

test('[O21-4.3.3-03] a refresh token ends by idleness, but never after the end set at consent; never is never', () => {
  // req: RT-11, R7
  assert.equal(refreshExpiry(lifetimesOf(60, 'never'), 'never', morning), after(60))
  assert.equal(refreshExpiry(lifetimesOf(60, 100), after(100), morning), after(60))
  assert.equal(refreshExpiry(lifetimesOf(60, 100), after(59), morning), after(59))
  assert.equal(refreshExpiry(lifetimesOf('never', 100), after(100), morning), after(100))
  assert.equal(refreshExpiry(lifetimesOf('never', 'never'), 'never', morning), 'never')
  assert.equal(absoluteExpiry(lifetimesOf(60, 100), morning), after(100))
  assert.equal(absoluteExpiry(lifetimesOf(60, 'never'), morning), 'never')
})

test('[RT-11] however often and whenever it is used, no refresh token ends after the absolute end', () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 50 })
  fc.assert(
    fc.property(
      fc.integer({ min: 60, max: 5000 }),
      fc.integer({ min: 60, max: 100_000 }),
      pauses,
      (idle, absolute, waits) => {
        const lifetimes = lifetimesOf(idle, absolute)
        const absoluteEnd = absoluteExpiry(lifetimes, morning)
        let now: Instant = morning
        for (const wait of waits) {
          now = addSeconds(now, seconds(wait))
          const end = refreshExpiry(lifetimes, absoluteEnd, now)
          assert.ok(end !== 'never' && absoluteEnd !== 'never' && end <= absoluteEnd)
          assert.ok(end <= addSeconds(now, seconds(idle)))
        }
      },
    ),
  )
})

test('[O21-4.3.1-05] the row that remembers a lineage stays until two minutes after all that was issued under it', () => {
  const margin = 120
  const chain = (expiresAt: Instant | 'never') => aRefreshChain({ expiresAt })

  assert.equal(authorizationEnd(undefined, seconds(600), morning), after(600 + margin))
  assert.equal(authorizationEnd(chain(after(3600)), seconds(600), morning), after(3600 + margin))
  assert.equal(authorizationEnd(chain(after(60)), seconds(600), morning), after(600 + margin))
  assert.equal(authorizationEnd(chain('never'), seconds(600), morning), 'never')
})
