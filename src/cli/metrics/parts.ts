import type { ListenerVitals } from '../../http/node.ts'
import type { PoolVitals, StoreVitals } from '../../ports/vitals.ts'
import type { ServerVitals } from '../../server/authorization-server.ts'
import { sample } from './sample.ts'
import type { Sample } from './sample.ts'

/** What the parts of a running server say of themselves; what is not there yet says nothing. */
export interface Parts {
  readonly listener: ListenerVitals | undefined
  readonly store: StoreVitals | undefined
  readonly server: ServerVitals | undefined
  /** Seconds; unknown while the database does not answer. */
  readonly unsealed: number | undefined
  /** Bodies that were longer than they may be. */
  readonly tooLarge: number
}

export const readParts = ({ listener, store, server, unsealed, tooLarge }: Parts): readonly Sample[] => [
  sample('shed', listener?.shed ?? 0, 'requests'),
  sample('shed', store?.refused ?? 0, 'store'),
  sample('shed', server?.hasher?.refused ?? 0, 'passwords'),
  sample('limits', tooLarge, 'body'),
  ...(listener === undefined ? [] : ofListener(listener)),
  ...(store === undefined ? [] : ofStore(store)),
  ...(server === undefined ? [] : ofServer(server)),
  ...(unsealed === undefined ? [] : [sample('unsealed', unsealed)]),
]

const ofListener = ({ running, turnedAway }: ListenerVitals) => [
  sample('underWay', running),
  ...Object.entries(turnedAway).map(([limit, count]) => sample('limits', count, limit)),
]

const ofStore = ({ commits, pool }: StoreVitals) => [
  ...(commits === undefined ? [] : [sample('commitWrites', commits.writes), sample('commitSeconds', commits.seconds)]),
  ...(pool === undefined ? [] : ofPool(pool)),
]

const ofPool = ({ inUse, idle, waiting, made, lost, seconds }: PoolVitals) => [
  sample('poolConnections', inUse, 'in_use'),
  sample('poolConnections', idle, 'idle'),
  sample('poolWaiting', waiting),
  sample('poolSeconds', seconds),
  sample('poolMade', made),
  sample('poolLost', lost),
]

const ofServer = ({ keys, hasher, feed, housekeeping }: ServerVitals) => [
  ...keys.flatMap(({ alg, age, untilNext }) => [
    sample('keyAge', age, alg),
    ...(untilNext === undefined ? [] : [sample('keyNext', untilNext, alg)]),
  ]),
  ...(hasher === undefined
    ? []
    : [sample('hashes', hasher.running, 'running'), sample('hashes', hasher.waiting, 'waiting')]),
  sample('feedWaiting', feed.guards),
  sample('feedLag', feed.lag),
  sample('removed', housekeeping.removed),
  ...housekeeping.tasks.flatMap(({ task, lastDone, failed, seconds }) => [
    sample('taskLast', lastDone / 1000, task),
    sample('taskFailures', failed, task),
    sample('taskSeconds', seconds, task),
  ]),
]
