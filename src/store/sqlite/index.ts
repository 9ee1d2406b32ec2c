import { setTimeout as pause } from 'node:timers/promises'
import type { Instant } from '../../base/time.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import type { Answers, Store } from '../../ports/store.ts'
import type { AuditEvent } from '../../protocol/audit-event.ts'
import type { BrowserSession } from '../../protocol/authorization.ts'
import { accountTable } from './accounts.ts'
import { auditSealTable } from './audit-seals.ts'
import {
  accountSaved,
  authorizationEnded,
  clientEnded,
  clientSaved,
  createListeners,
  keysChanged,
  tokenEnded,
} from '../changes.ts'
import { auditMethods } from './audit-methods.ts'
import { auditTable } from './audit.ts'
import { authorizationTable } from './authorizations.ts'
import { changeTable } from './changes.ts'
import { clientTable } from './clients.ts'
import { codeTable } from './codes.ts'
import { createCommit } from './commit.ts'
import { openConnection } from './connection.ts'
import { consentTable } from './consents.ts'
import { deviceTable } from './devices.ts'
import { epochTable } from './epoch.ts'
import { isBusy, toStoreError } from './errors.ts'
import { createFreshness } from './freshness.ts'
import { createGroupCommit } from './group-commit.ts'
import { signingKeyTable } from './keys.ts'
import { logoutTables } from './logouts.ts'
import { onceTable } from './once.ts'
import { createOwners } from './owners.ts'
import { createPrune } from './prune.ts'
import { pushedRequestTable } from './pushed-requests.ts'
import { refusalTable } from './refusals.ts'
import { registrationTable } from './registrations.ts'
import { sessionTable } from './sessions.ts'
import { throttleTable } from './throttle.ts'
import { tokenTables } from './tokens.ts'
import { transactionTable } from './transactions.ts'

export interface SqliteOptions {
  /** Made if it is not there, its folder not; `:memory:` keeps everything in this process and loses it with it. */
  readonly file: string
  /**
   * How long a call waits while another process writes, before it is refused with `StoreUnavailable`.
   *
   * @default 5000
   */
  readonly busyTimeoutMs?: number
  /**
   * How many writes may wait at once; more are refused.
   *
   * @default 10_000
   */
  readonly maxWaitingWrites?: number
  /** The file does not grow beyond this: writes are refused until rows have left. No limit unless given. */
  readonly maxFileBytes?: number
}

/**
 * The embedded store: one SQLite file, write-ahead log, on disk before a write is answered. Several processes may
 * open the same file on one machine. Throws if the file cannot be opened, is not Hufu's, or is of a newer Hufu that an
 * older one cannot work beside.
 */
export function openSqlite(options: SqliteOptions): Store {
  const { file, busyTimeoutMs = 5000, maxWaitingWrites = 10_000, maxFileBytes } = options
  const database = openConnection({ file, busyTimeoutMs, maxFileBytes })
  const { write, vitals, close: drain } = createGroupCommit(database, { busyTimeoutMs, maxWaitingWrites })
  const changes = changeTable(database)
  const listeners = createListeners()
  const freshness = createFreshness(database)
  const owners = createOwners()
  const clients = clientTable(database, freshness)
  const registrations = registrationTable(database, clients, changes)
  const accounts = accountTable(database, owners)
  const transactions = transactionTable(database)
  const sessions = sessionTable(database, owners)
  const consents = consentTable(database)
  const codes = codeTable(database, owners)
  const authorizations = authorizationTable(database, owners)
  const tokens = tokenTables(database)
  const once = onceTable(database)
  const pushedRequests = pushedRequestTable(database, once)
  const devices = deviceTable(database)
  const logouts = logoutTables(database)
  const throttle = throttleTable(database, freshness)
  const signingKeys = signingKeyTable(database)
  const audit = auditTable(database)
  const seals = auditSealTable(database)
  const refusals = refusalTable(database)
  const epoch = epochTable(database)
  const prune = createPrune(database, registrations)
  const commitTokens = createCommit({
    clients,
    registrations,
    sessions,
    codes,
    devices,
    once,
    authorizations,
    tokens,
    logouts,
    audit,
  })
  let closing: Promise<void> | undefined

  async function read<Value>(query: () => Value): Promise<Value> {
    let deadline: number | undefined
    for (;;) {
      if (closing !== undefined) throw new StoreUnavailable('the store is closed')
      try {
        return query()
      } catch (error) {
        // Readers do not wait for writers, only for the moment in which a log is recovered or taken away.
        deadline ??= performance.now() + busyTimeoutMs
        if (!isBusy(error) || performance.now() >= deadline) throw toStoreError(error)
        await pause(readPauseMs)
      }
    }
  }

  /** For what others remember: who listens is told before the caller is answered. */
  async function tellingWrite<Value>(change: () => Value): Promise<Value> {
    const value = await write(change)
    listeners.tell()

    return value
  }

  function endSession({ begunAs }: BrowserSession, now: Instant, revoked: AuditEvent): void {
    sessions.end(begunAs)
    logouts.end(begunAs, now)
    const ended = authorizations.revokeOfSession(begunAs, now)
    for (const id of ended) changes.append(authorizationEnded(id, now))
    if (ended.length > 0) audit.append(revoked)
  }

  /** Asked before anything is written: what was answered in part would stay so. */
  function answer({ transaction, pushed, device }: Answers, now: Instant): boolean {
    if (pushed !== undefined && pushedRequests.isUsed(pushed.id)) return false
    if (device !== undefined && !devices.isOpen(device)) return false
    if (transaction !== undefined && !transactions.answer(transaction, now)) return false
    if (pushed !== undefined) pushedRequests.use(pushed.id, pushed.until)
    if (device !== undefined) devices.answer(device)

    return true
  }

  return {
    findClient: (id) => read(() => clients.find(id)),
    saveClient: (client, event) =>
      tellingWrite(() => {
        changes.append(clientSaved(client, clients.load(client.id), event.at))
        clients.save(client)
        audit.append(event)
      }),

    findAccount: (subject) => read(() => accounts.find(subject)),
    findAccountOf: (thing) => read(() => accounts.findOf(thing)),
    findAccountByUsername: (canonical) => read(() => accounts.findByUsername(canonical)),
    saveAccount: (account, canonical, event) =>
      tellingWrite(() => {
        const change = accountSaved(account, accounts.find(account.subject), event.at)
        const outcome = accounts.save(account, canonical)
        if (outcome !== 'done') return outcome
        if (change !== undefined) changes.append(change)
        // What is issued to them ends by itself, since the account is asked each time.
        for (const begunAs of logouts.findFallen(account)) {
          sessions.end(begunAs)
          logouts.end(begunAs, event.at)
        }
        audit.append(event)

        return outcome
      }),

    registerClient: (registration, event, now) =>
      tellingWrite(() => {
        const outcome = registrations.register(registration, now)
        if (outcome === 'done') audit.append(event)

        return outcome
      }),
    replaceClient: (client, event) =>
      tellingWrite(() => {
        const replaced = registrations.replace(client, event.at)
        if (replaced) audit.append(event)

        return replaced
      }),
    removeClient: (id, event, now) =>
      tellingWrite(() => {
        const removed = registrations.end(id, now)
        if (removed) changes.append(clientEnded(id, now))
        if (removed) audit.append(event)

        return removed
      }),
    findReviewedByName: (skeleton) => read(() => clients.findReviewedByName(skeleton)),
    saveRegistrationToken: (token, event) =>
      write(() => {
        registrations.saveToken(token)
        audit.append(event)
      }),
    findRegistrationToken: (id) => read(() => registrations.findToken(id)),

    saveTransaction: (transaction, quota) =>
      write(() => {
        const counted = quota && throttle.count(quota.key, quota.windowEnd, transaction.createdAt)
        if (counted !== undefined && counted.count > quota!.limit) return counted
        transactions.save(transaction)
        registrations.waitFor(transaction.request.clientId, transaction.expiresAt)

        return 'done'
      }),
    countWaiting: (limit) => read(() => transactions.count(limit)),
    findTransaction: (id) => read(() => transactions.find(id)),

    savePushedRequest: (request, quota, now) =>
      write(() => {
        const counted = throttle.count(quota.key, quota.windowEnd, now)
        if (counted.count > quota.limit) return counted
        pushedRequests.save(request)
        registrations.waitFor(request.clientId, request.expiresAt)

        return 'done'
      }),
    findPushedRequest: (id) => read(() => pushedRequests.find(id)),

    saveDevice: (device, quotas, event, now) =>
      write(() => {
        if (devices.findByUserCode(device.userCodeHash) !== undefined) return 'user_code_taken'
        for (const { key, limit, windowEnd } of quotas) {
          const counted = throttle.count(key, windowEnd, now)
          if (counted.count > limit) return counted
        }
        devices.save(device)
        registrations.waitFor(device.request.clientId, device.expiresAt)
        audit.append(event)

        return 'done'
      }),
    findDevice: (id) => read(() => devices.find(id)),
    findDeviceByUserCode: (hash) => read(() => devices.findByUserCode(hash)),
    claimDevice: (transaction, event) =>
      write(() => {
        const { answerTo } = transaction.request
        if (answerTo.kind !== 'device' || !devices.claim(answerTo.id, transaction.browserHash)) return 'taken'
        transactions.save(transaction)
        audit.append(event)

        return 'done'
      }),
    pollDevice: (id, slowDown, now) => write(() => (devices.poll(id, slowDown, now) ? 'on_time' : 'too_soon')),

    findSession: (id) => read(() => sessions.find(id)),
    findSessionBegunAs: (id) => read(() => sessions.findBegunAs(id)),
    startSession: (session, replaces, event, revoked) =>
      tellingWrite(() => {
        const before = replaces === undefined ? undefined : sessions.find(replaces)
        audit.append(event)
        if (before !== undefined && before.begunAs !== session.begunAs) endSession(before, event.at, revoked)
        if (before?.begunAs === session.begunAs) {
          sessions.give(before.id)
          logouts.goesOn(before.begunAs, session.expiresAt)
        }
        sessions.start(session)
      }),
    endSession: (id, event, revoked) =>
      tellingWrite(() => {
        const session = sessions.find(id)
        if (session === undefined) return 'unknown'
        audit.append(event)
        endSession(session, event.at, revoked)

        return 'done'
      }),
    findSessionClients: (begunAs) => read(() => logouts.clientsOf(begunAs)),
    claimLogouts: async (leaseEnd, limit, now) =>
      (await read(() => logouts.hasDue(now))) ? write(() => logouts.claim(leaseEnd, limit, now)) : [],
    settleLogout: (delivery, outcome) =>
      write(() => {
        if (outcome.kind === 'again') return logouts.again(delivery, outcome.at)
        const settled = logouts.over(delivery)
        if (settled) audit.append(outcome.event)

        return settled
      }),

    findConsent: (subject, clientId) => read(() => consents.find(subject, clientId)),

    issueCode: (code, answers, consent, event, now) =>
      write(() => {
        if (answers !== undefined && !answer(answers, now)) return 'already_answered'
        codes.save(code)
        registrations.use(code.clientId, code.expiresAt, now)
        if (consent !== undefined) consents.save(consent)
        audit.append(event)

        return 'done'
      }),
    answerRequest: (answers, event, now) =>
      write(() => {
        if (!answer(answers, now)) return 'already_answered'
        audit.append(event)

        return 'done'
      }),

    findCode: (id) => read(() => codes.find(id)),
    burnCode: (id, event, now) =>
      write(() => {
        const burned = codes.burn(id, now)
        if (burned) audit.append(event)

        return burned
      }),

    commit: (given, now) => write(() => commitTokens(given, now)),

    findAuthorization: (id) => read(() => authorizations.find(id)),
    revokeAuthorization: (id, reason, event, now) =>
      tellingWrite(() => {
        const ended = authorizations.revoke(id, reason, now)
        if (ended) changes.append(authorizationEnded(id, now))
        if (ended) audit.append(event)

        return ended
      }),

    findOpaqueToken: (id) => read(() => tokens.find(id)),
    revokeAccessToken: (id, expiresAt, event) =>
      tellingWrite(() => {
        const ended = tokens.revoke(id, expiresAt)
        if (ended) changes.append(tokenEnded(id, expiresAt))
        if (ended) audit.append(event)

        return ended
      }),
    isAccessTokenRevoked: (id) => read(() => tokens.isRevoked(id)),

    useOnce: (key, expiresAt) => write(() => once.use(key, expiresAt)),
    isUsed: (key) => read(() => once.isUsed(key)),

    findAttempts: (key, now) => read(() => throttle.find(key, now)),
    countAttempt: (key, windowEnd, now) => write(() => throttle.count(key, windowEnd, now)),

    loadSigningKeys: () => read(signingKeys.load),
    changeSigningKeys: (change, event) =>
      tellingWrite(() => {
        const changed = signingKeys.change(change)
        if (changed) changes.append(keysChanged(event.at))
        if (changed) audit.append(event)

        return changed
      }),

    listChanges: (after, limit) => read(() => changes.list(after, limit)),
    watchChanges: async (listener) => listeners.add(listener),

    ...auditMethods({ read, write }, { audit, seals, refusals }),

    loadEpoch: () => read(epoch.load),
    checkIn: (instance, version) => write(() => epoch.checkIn(instance, version)),
    checkOut: (instance) => write(() => epoch.checkOut(instance)),

    prune: (now, limit) =>
      write(() => {
        throttle.forget()

        return prune(now, limit)
      }),

    vitals,

    close: () => (closing ??= drain().then(() => database.close())),
  }
}

const readPauseMs = 2
