import { createArgon2Hasher } from '../accounts/argon2-hasher.ts'
import type { Result } from '../base/result.ts'
import { fromBase64Url, toHex } from '../base/encoding.ts'
import { seconds } from '../base/time.ts'
import { assertionAlgorithms } from '../client-auth/private-key-jwt.ts'
import { createClientFinder } from '../client-auth/find-client.ts'
import { findBrowser } from '../endpoints/browser.ts'
import type { DemoAccount } from '../endpoints/sign-in.ts'
import { createStaticPages } from '../endpoints/static-pages.ts'
import type { Grant } from '../grants/grant.ts'
import { observed } from '../http/exchange.ts'
import { answerFetch } from '../http/fetch.ts'
import { createHandler } from '../http/handler.ts'
import type { Exchange, HttpRequest, HttpResponse } from '../http/message.ts'
import { refusal } from '../http/respond.ts'
import { createKeyRing } from '../keys/key-ring.ts'
import type { KeyRingOptions } from '../keys/key-ring.ts'
import { rotationPolicy } from '../keys/rotation.ts'
import { auditEvent } from '../ports/audit.ts'
import { createFetchDocument } from '../outbound/fetch-document.ts'
import { createSendForm } from '../outbound/send-form.ts'
import type { Clock } from '../ports/clock.ts'
import type { Epoch } from '../ports/epoch-store.ts'
import type { FetchDocument } from '../ports/fetch-document.ts'
import type { PasswordHasher } from '../ports/password-hasher.ts'
import type { HasherVitals, KeyVitals } from '../ports/vitals.ts'
import type { Log, Ports } from '../ports/ports.ts'
import type { Random } from '../ports/random.ts'
import type { SendForm } from '../ports/send-form.ts'
import type { Store } from '../ports/store.ts'
import type { Account } from '../protocol/account.ts'
import { oauthError } from '../protocol/errors.ts'
import type { RegisteredClient } from '../protocol/client-metadata.ts'
import { createAdministration } from './administration.ts'
import type { NewAccount } from './administration.ts'
import { builtInGrants, composeRoutes, createRandomPool, machineClock } from './compose.ts'
import { extensionsOf } from './extensions/index.ts'
import { followStoreClock } from './store-clock.ts'
import type { StoreClock } from './store-clock.ts'
import type { DatabaseMemory } from './database-memory.ts'
import { watchDatabase } from './database-watch.ts'
import { createDiary } from './diary.ts'
import type { Diary } from './diary.ts'
import { startHousekeeping } from './housekeeping.ts'
import { createWaitForChanges } from './wait-for-changes.ts'
import type { FeedVitals } from './wait-for-changes.ts'
import { createLogoutDeliveries } from './logout-delivery.ts'
import { createInspectorGate } from './inspector-gate.ts'
import type { InspectorHandle } from './inspector-gate.ts'
import { withBoundedRefusals } from './refusals.ts'
import { makeRegistrationToken } from './registration-tokens.ts'
import type { MadeRegistrationToken, RegistrationTokenOptions } from './registration-tokens.ts'
import type { SaveClientOptions } from './saved-again.ts'
import { deriveKey } from './secret.ts'
import { parseSettings } from './settings.ts'
import { keyFamiliesOf } from './signing.ts'
import type { SettingsOptions } from './settings.ts'
import type { Settings } from '../protocol/settings.ts'

export interface AuthorizationServerOptions extends SettingsOptions {
  /** Closed by the caller, after the server. */
  readonly store: Store
  /** The half of every secret that is outside the store: at least 32 octets, base64url. */
  readonly secret: string
  /** Besides the built-in ones; `defineGrant` makes one. Its type is an absolute URI (OAuth 2.1 section 4.4). */
  readonly grants?: readonly Grant[]
  readonly hasher?: PasswordHasher
  /**
   * Gets documents of clients from addresses that they chose. One of your own must refuse addresses inside your network,
   * at the very look-up it connects with, and follow no redirect.
   */
  readonly fetchDocument?: FetchDocument
  /** Posts logout tokens to addresses that clients chose. What holds for `fetchDocument` holds for one of your own. */
  readonly sendForm?: SendForm
  /**
   * Remembers how far the database had come: an older copy that was put back is refused then, and `ready` rejects.
   * `hufu start` keeps it in the data folder.
   */
  readonly databaseMemory?: DatabaseMemory
  readonly clock?: Clock
  readonly random?: Random
  readonly log?: Log
  /** Sees every exchange with all its secrets, passwords too. For the flow inspector and tests. */
  readonly onExchange?: (exchange: Exchange) => void
  /** Outside development it is asked for accounts with the role `admin` only. */
  readonly inspector?: InspectorHandle
  /** Offered on the sign-in page as a button. Refused outside development. */
  readonly demoAccount?: DemoAccount
}

export interface AuthorizationServer {
  readonly issuer: string
  /** Rejects, with an Error that says what to do, if the store's keys were sealed with another secret or it is out of reach. */
  readonly ready: () => Promise<void>
  /**
   * The portable face.
   *
   * @param address of the other end, for throttling and the audit. Without it failures cannot be told apart by where
   *   they come from: wrong client secrets are then not throttled, and wrong passwords for each account only; clients that
   *   make themselves known are counted as if all came from one place.
   */
  readonly fetch: (request: Request, address?: string) => Promise<Response>
  /** Plain values in and out, for `hufu/node`. */
  readonly handle: (request: HttpRequest) => Promise<HttpResponse>
  /**
   * Adds a client or replaces its metadata, in the words of RFC 7591. One that is there stays what it is: as old, as
   * disabled, with its secrets as long as the metadata name no other, and public or confidential unless
   * `changeType` says otherwise. The error says which member is wrong and why.
   */
  readonly saveClient: (metadata: unknown, options?: SaveClientOptions) => Promise<Result<RegisteredClient, string>>
  /** Adds an account, or changes the one with that username, which keeps its `sub`. */
  readonly saveAccount: (account: NewAccount) => Promise<Result<Account, string>>
  /** Makes an initial access token, for a server whose `registration` is `token`. The error names the option. */
  readonly createRegistrationToken: (
    options?: RegistrationTokenOptions,
  ) => Promise<Result<MadeRegistrationToken, string>>
  /** Who is signed in in the browser that sent this, and their roles. */
  readonly findSignedIn: (request: HttpRequest) => Promise<Account | undefined>
  /** Numbers of the parts at work, for metrics. */
  readonly vitals: () => Promise<ServerVitals>
  /** Stops what runs by itself, once however often it is called. The store stays open. */
  readonly close: () => Promise<void>
}

export interface ServerVitals {
  readonly keys: readonly KeyVitals[]
  /** Of passwords; none of a hasher that keeps no count. */
  readonly hasher: HasherVitals | undefined
  readonly feed: FeedVitals
  readonly housekeeping: ReturnType<Diary['read']>
}

/**
 * The authorization server over its store: `createAuthorizationServer(options).fetch(request)`. Throws an Error that
 * names the option and the fix if an option is wrong. The signing keys are opened meanwhile; every request waits for
 * them, and `ready` tells if that failed.
 */
export function createAuthorizationServer(options: AuthorizationServerOptions): AuthorizationServer {
  const settings = parseSettings(options)
  if (!settings.ok) throw new Error(settings.error)
  if (options.demoAccount !== undefined && !settings.value.development)
    throw new Error('demoAccount: only in development')
  const relative = options.grants?.find(({ type }) => !URL.canParse(type))
  if (relative !== undefined) throw new Error(`grants: ${relative.type} is not an absolute URI`)
  const secret = fromBase64Url(options.secret)
  if (secret === undefined || secret.length < 32) throw new Error('secret: at least 32 octets in base64url')
  const started = start(options, settings.value, secret)
  // Whoever waits for it hears of it; nobody waiting is no reason to end the process.
  started.catch(() => {})
  let running: Awaited<typeof started> | undefined
  const handle = async (request: HttpRequest) => (running ??= await started).handle(request)
  let closing: Promise<void> | undefined

  return {
    issuer: settings.value.issuer,
    ready: async () => void (await started),
    fetch: (request, address) => answerFetch(handle, request, address),
    handle,
    saveClient: async (...given) => (await started).saveClient(...given),
    saveAccount: async (...given) => (await started).saveAccount(...given),
    createRegistrationToken: async (given) => (await started).createRegistrationToken(given),
    findSignedIn: async (request) => (await started).findSignedIn(request),
    vitals: async () => (await started).vitals(),
    close: () => (closing ??= started.then(({ stop }) => stop())),
  }
}

/** Opens the keys and puts everything together. */
async function start(options: AuthorizationServerOptions, configured: Settings, secret: Uint8Array) {
  const { random = createRandomPool(), log = quiet } = options
  const store = withBoundedRefusals(options.store)
  const clock = await openClock(options, log)
  const { now } = clock
  const instance = toHex(random(16))
  const watch = await watchDatabase({ store, memory: options.databaseMemory, instance, log })
  const settings = withEpoch(configured, watch.epoch)
  const hasher = options.hasher ?? createArgon2Hasher({ random })
  const policy = rotationPolicy(longestTokenLifetime, keyFamiliesOf(settings))
  const describe: KeyRingOptions['describe'] = (type, kids) =>
    auditEvent({ now, random }, nobody, type, 'done', { reason: kids })
  const untilOthersPublish = () => new Promise<void>((resolve) => setTimeout(resolve, othersPublishWithin))
  const signer = await createKeyRing({ store, secret, now, policy, describe, untilOthersPublish })
  const keys = {
    refreshTokens: deriveKey(secret, 'refresh tokens'),
    forms: deriveKey(secret, 'forms'),
    userCodes: deriveKey(secret, 'user codes'),
    proofNonces: deriveKey(secret, 'proof nonces'),
    pairwiseSubjects: deriveKey(secret, 'pairwise subjects'),
    auditSeals: deriveKey(secret, 'audit seals'),
  }
  const fetchDocument = options.fetchDocument ?? createFetchDocument({ development: settings.development })
  const outside = { store, now, random, signer, hasher, settings, keys, log, fetchDocument }
  const inner = { ...outside, clients: createClientFinder(outside) }
  const sendForm = options.sendForm ?? createSendForm({ development: settings.development })
  const logouts = createLogoutDeliveries(inner, sendForm)
  const ports: Ports = { ...inner, logouts: settings.features.openid ? logouts : { soon: () => {} } }
  const statics = createStaticPages(ports)
  const furtherGrants = [
    ...extensionsOf(settings).flatMap((each) => each.grants?.(ports) ?? []),
    ...(options.grants ?? []),
  ]
  const changes = createWaitForChanges(store)
  const diary = createDiary()
  const routes = composeRoutes(ports, {
    waitForChanges: changes.wait,
    grants: [...builtInGrants, ...furtherGrants],
    assertionAlgorithms: assertionAlgorithms(settings.profile),
    demo: options.demoAccount,
    inspector: options.inspector && createInspectorGate(options.inspector, statics.notFound, ports),
  })
  const whole = createHandler(routes, statics, ports)
  const gone = refusal(oauthError('unavailable'), settings.issuer, 1)
  const handler: typeof whole = (request) => (watch.isOver() ? Promise.resolve(gone) : whole(request))
  const stopHousekeeping = startHousekeeping(ports, signer, logouts, watch, diary)

  return {
    ...createAdministration(
      ports,
      furtherGrants.map(({ type }) => type),
    ),
    handle: options.onExchange === undefined ? handler : observed(handler, options.onExchange, now),
    createRegistrationToken: (given: RegistrationTokenOptions = {}) => makeRegistrationToken(given, ports),
    findSignedIn: async (request: HttpRequest) => (await findBrowser(request, ports)).signedIn?.account,
    vitals: (): ServerVitals => ({
      keys: signer.vitals(),
      hasher: hasher.vitals?.(),
      feed: changes.vitals(),
      housekeeping: diary.read(),
    }),
    stop: async () => {
      await stopHousekeeping()
      await clock.stop()
    },
  }
}

/** The given one, the store's where several machines share it, or the machine's. */
async function openClock({ clock, store }: AuthorizationServerOptions, log: Log): Promise<StoreClock> {
  if (clock !== undefined || store.readClock === undefined) return { now: clock ?? machineClock, stop: async () => {} }

  return followStoreClock(store.readClock, (problem) => log.fault(problem, 'clock'))
}

/** What a database that was put back ends, the server ends. */
const withEpoch = (settings: Settings, { validAfter }: Epoch): Settings => ({
  ...settings,
  validAfter: validAfter > settings.validAfter ? validAfter : settings.validAfter,
  restoredAt: validAfter,
})

/** No access token lives longer: settings and clients are held to it. */
const longestTokenLifetime = seconds(86_400)

/** Milliseconds, more than others take to look for keys again. */
const othersPublishWithin = 1000

const nobody = { address: undefined, requestId: undefined }

const quiet: Log = { fault: () => {} }
