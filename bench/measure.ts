import { setTimeout as pause } from 'node:timers/promises'
import { openLoop } from './load/closed-loop.ts'
import type { Stretch } from './load/closed-loop.ts'
import type { Target } from './targets.ts'
import { topOf } from './report/profile.ts'
import type { Work } from './works/work.ts'

export interface Timing {
  /** Requests under way at once. */
  readonly connections: number
  readonly warmUpMs: number
  readonly measuredMs: number
}

/** One stretch of one work on one server. */
export interface Sample {
  /** Microseconds of the server's processor time for each request. */
  readonly cpu: number
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Octets, at the end. */
  readonly rss: number
  readonly requests: number
}

/** Warms up, lets everything come to rest, measures. Throws if an answer was wrong. @param profile how many functions to name */
export async function measure(work: Work, target: Target, timing: Timing, profile = 0): Promise<Sample> {
  const { connections, warmUpMs, measuredMs } = timing
  const { lanes, verify } = await work.prepare(target, connections, warmUpMs + measuredMs)
  const loop = await openLoop(target.places.port, lanes)
  try {
    await rest(target, Math.min(longestRestMs, warmUpMs))
    await loop.run(warmUpMs)
    if (profile > 0) await target.process.startProfile()
    const before = await target.process.usage()
    const stretch = await loop.run(measuredMs)
    const after = await target.process.usage()
    if (profile > 0) {
      const top = topOf(await target.process.endProfile(), profile)
      console.log(`\n${work.id} ${target.name}: own time of functions\n${top.join('\n')}`)
    }
    await verify?.()
    if (stretch.requests === 0) throw new Error(`${work.id} on ${target.name}: nothing was answered`)

    return sampleOf(stretch, after.cpu - before.cpu, after.rss)
  } finally {
    loop.close()
  }
}

/** What a server does later for what it was asked before (a chain over its audit, removing rows) is not of this work. */
async function rest({ process: server }: Target, restMs: number): Promise<void> {
  for (let tries = 0; tries < maxRests; tries++) {
    const { cpu: before } = await server.usage()
    await pause(restMs)
    const { cpu: after } = await server.usage()
    if (after - before < restMs * 50) return
  }
}

const longestRestMs = 150
const maxRests = 20

const sampleOf = ({ requests, seconds, latencies }: Stretch, cpu: number, rss: number): Sample => ({
  cpu: cpu / requests,
  perSecond: requests / seconds,
  p50: latencies[Math.floor(latencies.length / 2)] ?? 0,
  p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
  rss,
  requests,
})
