import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import type { Instant } from '../base/time.ts'
import { encodeHeader, signEncoded } from '../jose/jws.ts'
import { openJwt } from '../jose/jwt.ts'
import type { JsonObject } from '../base/strict-json.ts'
import type { Clock } from '../ports/clock.ts'
import type { Signer } from '../ports/signer.ts'
import type { KeyVitals } from '../ports/vitals.ts'
import type { KeyChange, SealedKey, Store } from '../ports/store.ts'
import type { AuditEvent } from '../protocol/audit-event.ts'
import { batch } from './batch.ts'
import { makeSealedKey, openKey, type OpenKey } from './open-key.ts'
import { byActivation, decideRotation, findSigningKey } from './rotation.ts'
import type { Rotation, RotationPolicy, ScheduledKey } from './rotation.ts'
import { deriveSealingKey } from './sealing.ts'

export interface KeyRingOptions {
  readonly store: Pick<Store, 'loadSigningKeys' | 'changeSigningKeys'>
  /** The server secret, at least 32 octets, kept outside the store. */
  readonly secret: Uint8Array
  readonly now: Clock
  readonly policy: RotationPolicy
  /** @param kids of the keys made or retired, with spaces between */
  readonly describe: (type: 'key_created' | 'key_retired', kids: string) => AuditEvent
  /**
   * Waited for before a key may sign that was made just now although there were others: instances that run already
   * shall publish it first.
   */
  readonly untilOthersPublish?: () => Promise<void>
}

export interface KeyRing extends Signer {
  /**
   * Takes the steps of the schedule that are due, and learns of keys that other instances made: to be called as often as
   * those shall be published soon. Rejects when the store cannot answer; the keys at hand go on serving then.
   */
  rotateIfDue(): Promise<void>
  /** Of each algorithm the server signs with. */
  vitals(): readonly KeyVitals[]
}

/** Each step adds or removes keys, each lost race is followed by a reload: more than this and something is broken. */
const maxSteps = 100

/**
 * Opens the signing keys of the store, and makes the first ones in an empty store. Rejects if they were sealed with
 * another secret, with an Error that says what to do; it never makes new keys over old ones.
 */
export async function createKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const { store, now, policy } = options
  if (options.secret.length < 32) throw new Error('The server secret must have at least 32 octets.')
  if (policy.publishAhead >= policy.period) throw new Error('Keys must be published ahead by less than they sign for.')

  const sealingKey = deriveSealingKey(options.secret)
  const headers = new Map<string, string>()
  let ring = assemble([])
  let rotating: Promise<void> | undefined

  async function rotate(): Promise<void> {
    for (let step = 0; step < maxSteps; step += 1) {
      const stored = await store.loadSigningKeys()
      if (!isSameSet(stored, ring.keys)) ring = open(stored)

      const rotation = decideRotation(ring.keys, now(), policy)
      if (rotation.kind === 'keep') return
      await apply(rotation, stored)
    }
    throw new Error(`The set of signing keys did not settle in ${maxSteps} steps.`)
  }

  function open(stored: readonly SealedKey[]): Ring {
    headers.clear()
    const atHand = new Map(ring.keys.map((key) => [key.kid, key]))

    const keys = stored.map((key) => atHand.get(key.kid) ?? openKey(key, sealingKey))

    return assemble(keys.toSorted(byActivation))
  }

  /** Whether this instance or another was first does not matter: the set is loaded again after each step. */
  async function apply(rotation: Exclude<Rotation, { kind: 'keep' }>, stored: readonly SealedKey[]): Promise<void> {
    const seen = stored.map((key) => key.kid)
    const change: KeyChange =
      rotation.kind === 'create'
        ? { seen, add: await makeKeys(rotation), remove: [] }
        : { seen, add: [], remove: [rotation.kid] }
    const kids = [...change.add.map((key) => key.kid), ...change.remove].join(' ')

    await store.changeSigningKeys(
      change,
      options.describe(rotation.kind === 'create' ? 'key_created' : 'key_retired', kids),
    )
  }

  /** Side by side: the first start with RSA waits for the slowest pair, not for all of them. */
  function makeKeys({ keys }: Extract<Rotation, { kind: 'create' }>): Promise<readonly SealedKey[]> {
    const createdAt = now()

    return Promise.all(keys.map((each) => makeSealedKey(each, createdAt, policy, sealingKey)))
  }

  /** The header is the same for every token of one kind and key. */
  function headerOf(key: OpenKey, typ: string): string {
    const name = `${key.kid} ${typ}`
    const known = headers.get(name)
    if (known !== undefined) return known

    const header = encodeHeader({ typ }, key.signing)
    if (headers.size < maxHeaders) headers.set(name, header)
    return header
  }

  const signInTurn = batch(({ claims, typ, alg }: Order) => {
    const key = policy.algorithms.includes(alg) ? findSigningKey(ring.keys, now(), alg) : undefined
    if (key === undefined) throw new Error(`Nothing can be signed with ${alg}: this server has no key for it.`)

    return signEncoded(headerOf(key, typ), claims, key.signing)
  })

  async function verify(jwt: string, typ: string): Promise<JsonObject | undefined> {
    const opened = verifyWith(ring, jwt, typ)
    if (opened.ok) return opened.value.claims
    if (opened.error !== 'key_unknown') return undefined

    // Another instance may have made the key just now. Looking costs no more than looking for an opaque token does.
    await keyRing.rotateIfDue()
    const again = verifyWith(ring, jwt, typ)
    return again.ok ? again.value.claims : undefined
  }

  const keyRing: KeyRing = {
    sign: (claims, typ, alg = policy.algorithms[0]) => signInTurn({ claims, typ, alg }),
    verify,
    jwks: () => ring.jwks,
    algorithms: policy.algorithms,
    vitals: () => policy.algorithms.flatMap((alg) => vitalsOf(ring.keys, alg, now())),
    rotateIfDue: () => (rotating ??= rotate().finally(() => (rotating = undefined))),
  }

  await keyRing.rotateIfDue()
  if (isNews(ring.keys, now(), policy)) await options.untilOthersPublish?.()

  return keyRing
}

/** So long after a key was made other instances may not have it yet, in milliseconds. */
const newsFor = 2000

/** True if a key that signs was made just now, and not as one of the first: then nobody else runs who could lack it. */
function isNews(keys: readonly OpenKey[], now: Instant, { algorithms }: RotationPolicy): boolean {
  const oldest = Math.min(...keys.map(({ createdAt }) => createdAt))
  const signing = algorithms.map((alg) => findSigningKey(keys, now, alg))

  return signing.some((key) => key !== undefined && key.createdAt > oldest && now - key.createdAt < newsFor)
}

const maxHeaders = 64

function vitalsOf(keys: readonly ScheduledKey[], alg: SignatureAlgorithm, now: Instant): readonly KeyVitals[] {
  const signing = findSigningKey(keys, now, alg)
  if (signing === undefined) return []
  const next = keys.filter((key) => key.alg === alg && key.activeFrom > now).toSorted(byActivation)[0]

  return [{ alg, age: (now - signing.activeFrom) / 1000, untilNext: next && (next.activeFrom - now) / 1000 }]
}

interface Order {
  readonly claims: JsonObject
  readonly typ: string
  readonly alg: SignatureAlgorithm
}

const verifyWith = ({ verification }: Ring, jwt: string, typ: string) =>
  openJwt(jwt, { keys: verification, typ: [typ] })

type Ring = ReturnType<typeof assemble>

/** All that is asked for again and again, made once for each set of keys. */
const assemble = (keys: readonly OpenKey[]) => ({
  keys,
  verification: keys.map((key) => key.verification),
  jwks: { keys: keys.map((key) => key.jwk) },
})

function isSameSet(stored: readonly SealedKey[], open: readonly OpenKey[]): boolean {
  const kids = new Set(open.map((key) => key.kid))

  return stored.length === open.length && stored.every((key) => kids.has(key.kid))
}
