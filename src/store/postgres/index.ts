import type { Store } from '../../ports/store.ts'
import { hasPassed } from '../../base/time.ts'
import { accountBySubject, accountByThing, accountByUsername } from './accounts.ts'
import { allOrNothing, isDone, together } from './all-or-nothing.ts'
import { auditMethods } from './audit-methods.ts'
import { appendAudit } from './audit.ts'
import { authorizationById, revokeAuthorization } from './authorizations.ts'
import { appendChange, listChanges } from './changes.ts'
import { clientTable, saveClient } from './clients.ts'
import { burnCode, codeById, saveCode } from './codes.ts'
import { commitTokens } from './commit.ts'
import { consentOf, saveConsent } from './consents.ts'
import { openDatabase } from './database.ts'
import { claimDevice, deviceById, deviceByUserCode, pollDevice } from './devices.ts'
import { changeSigningKeys, loadSigningKeys } from './keys.ts'
import { checkIn, checkOut, loadEpoch, readClock } from './epoch.ts'
import { claimLogouts, findSessionClients, postponeDelivery, removeDelivery } from './logouts.ts'
import { migrate } from './migrate.ts'
import { refuseWaiting } from '../migration.ts'
import { usedByKey, useOnce } from './once.ts'
import type { PostgresOptions } from './options.ts'
import { makePartitions } from './partitions.ts'
import { listenToChanges } from './notices.ts'
import { createPrune } from './prune.ts'
import { createRecent, noting } from './recent.ts'
import { pushedRequestById } from './pushed-requests.ts'
import {
  endClient,
  findRegistrationToken,
  registerClient,
  replaceClient,
  saveRegistrationToken,
  useClient,
} from './registrations.ts'
import { answered, cleared, keepTransaction, pushRequest, startDevice } from './requests.ts'
import { migrations } from './schema.ts'
import { sessionBegunAs, sessionById } from './sessions.ts'
import { endSession, saveAccountOnce, startSession } from './signing-in.ts'
import { whole } from './sql.ts'
import { attemptsByKey, countAttempt } from './throttle.ts'
import { markRevoked, opaqueTokenById, removeOpaqueToken, revokedTokenById } from './tokens.ts'
import { countTransactions, saveTransaction, transactionById } from './transactions.ts'
import { authorizationEnded, clientEnded, clientSaved, createListeners, keysChanged, tokenEnded } from '../changes.ts'

export type { PostgresOptions } from './options.ts'

/**
 * The store for more than one machine: a PostgreSQL database, 15 or newer. It is brought up to date before the first
 * call; nothing is connected before that. Throws for what is no address of a PostgreSQL database; a database that
 * needs a newer Hufu refuses every call.
 */
export function openPostgres(options: PostgresOptions): Store {
  const { connectionString, maxConnections = 10, timeoutMs = 2500, maxWaitingCalls = 10_000 } = options
  if (!/^postgres(?:ql)?:\/\//.test(connectionString)) throw new TypeError('connectionString begins with postgres://')
  const database = openDatabase({
    connectionString,
    maxConnections,
    timeoutMs,
    maxWaitingCalls,
    namedStatements: options.namedStatements ?? true,
    prepare: async (unprepared) => {
      refuseWaiting(await migrate(unprepared, migrations), 'the database')
      await makePartitions(unprepared)
    },
  })
  const { find, run, transaction } = database
  const clients = clientTable()
  const recent = createRecent(clients)
  const prune = createPrune()
  const listeners = createListeners()
  const notices = listenToChanges(connectionString, timeoutMs, listeners.tell)

  /** For what others remember: who listens is told before the caller is answered. */
  async function telling<Value>(written: Promise<Value>): Promise<Value> {
    const value = await written
    listeners.tell()

    return value
  }

  return {
    findClient: (id) => find(clients.byId, id),
    saveClient: (client, event) =>
      telling(
        transaction(async (steps) => {
          const change = clientSaved(client, await clients.load(steps.run, client.id), event.at)
          await steps.run(together(saveClient(client), appendChange(change), appendAudit(event)))
        }),
      ),

    findAccount: (subject) => noting(find(accountBySubject, subject), recent.known),
    findAccountOf: (thing) => noting(find(accountByThing[thing.kind], thing.id), recent.known),
    findAccountByUsername: (canonical) => noting(find(accountByUsername, canonical), recent.known),
    saveAccount: (account, canonical, event) => {
      recent.forgetAccount(account.subject)

      return telling(saveAccountOnce(database, account, canonical, event))
    },

    registerClient: (registration, event, now) =>
      telling(transaction((steps) => registerClient(steps.run, clients, registration, appendAudit(event), now))),
    replaceClient: (client, event) =>
      telling(transaction((steps) => replaceClient(steps.run, clients, client, appendAudit(event), event.at))),
    removeClient: (id, event, now) =>
      telling(isDone(database, endClient(id, now), appendChange(clientEnded(id, now)), appendAudit(event))),
    findReviewedByName: (skeleton) => clients.findReviewedByName(run, skeleton),
    saveRegistrationToken: async (token, event) =>
      void (await run(together(saveRegistrationToken(token), appendAudit(event)))),
    findRegistrationToken: (id) => findRegistrationToken(run, id),

    saveTransaction: (transaction_, quota) => keepTransaction(run, transaction_, quota),
    countWaiting: (limit) => countTransactions(run, limit),
    findTransaction: (id) => find(transactionById, id),

    savePushedRequest: (request, quota, now) => pushRequest(run, request, quota, now),
    findPushedRequest: (id) => find(pushedRequestById, id),

    saveDevice: (device, quotas, event, now) =>
      transaction((steps) => startDevice(steps, device, quotas, appendAudit(event), now)),
    findDevice: (id) => find(deviceById, id),
    findDeviceByUserCode: (hash) => find(deviceByUserCode, hash),
    claimDevice: async (transaction_, event) => {
      const { answerTo } = transaction_.request
      if (answerTo.kind !== 'device') return 'taken'
      const claimed = claimDevice(answerTo.id, transaction_.browserHash)
      const done = await isDone(database, claimed, saveTransaction(transaction_), appendAudit(event))

      return done ? 'done' : 'taken'
    },
    pollDevice: async (id, slowDown, now) => ((await pollDevice(run, id, slowDown, now)) ? 'on_time' : 'too_soon'),

    findSession: (id) => find(sessionById, id),
    findSessionBegunAs: (id) => find(sessionBegunAs, id),
    startSession: (session, replaces, event, revoked) =>
      telling(transaction(({ run: step }) => startSession(step, session, replaces, { event, revoked }))),
    endSession: (id, event, revoked) =>
      telling(transaction(({ run: step }) => endSession(step, id, { event, revoked }))),
    findSessionClients: (begunAs) => findSessionClients(run, begunAs),
    claimLogouts: (leaseEnd, limit, now) => claimLogouts(run, leaseEnd, limit, now),
    settleLogout: async (delivery, outcome) => {
      if (outcome.kind === 'over') return isDone(database, removeDelivery(delivery), appendAudit(outcome.event))

      return (await run(whole(postponeDelivery(delivery, outcome.at)))).count === 1
    },

    findConsent: (subject, clientId) => find(consentOf, subject, clientId),

    issueCode: async (code, answers, consent, event, now) => {
      const conditions = answers === undefined ? [] : answered(answers, now)
      const writes = [
        ...(answers === undefined ? [] : cleared(answers)),
        saveCode(code),
        useClient({ clientId: code.clientId, until: code.expiresAt }, now),
        ...(consent === undefined ? [] : [saveConsent(consent)]),
        appendAudit(event),
      ]
      const locks = conditions.length === 0 && consent === undefined ? `client ${code.clientId}` : undefined
      const met = await allOrNothing(database, { conditions, writes, locks })
      if (met < conditions.length) return 'already_answered'
      recent.issued(code)

      return 'done'
    },
    answerRequest: async (answers, event, now) => {
      const conditions = answered(answers, now)
      const met = await allOrNothing(database, { conditions, writes: [...cleared(answers), appendAudit(event)] })

      return met === conditions.length ? 'done' : 'already_answered'
    },

    findCode: (id) => find(codeById, id),
    burnCode: (id, event, now) => isDone(database, burnCode(id, now), appendAudit(event)),

    commit: (changes, now) =>
      noting(commitTokens(database, clients, changes, now), (outcome) => recent.committed(changes, outcome)),

    findAuthorization: (id) => noting(find(authorizationById, id), recent.met),
    revokeAuthorization: (id, reason, event, now) =>
      telling(
        isDone(
          database,
          revokeAuthorization(id, reason, now),
          appendChange(authorizationEnded(id, now)),
          appendAudit(event),
        ),
      ),

    findOpaqueToken: (id) => find(opaqueTokenById, id),
    revokeAccessToken: (id, expiresAt, event) =>
      telling(
        isDone(
          database,
          markRevoked(id, expiresAt),
          removeOpaqueToken(id),
          appendChange(tokenEnded(id, expiresAt)),
          appendAudit(event),
        ),
      ),
    isAccessTokenRevoked: async (id) => (await find(revokedTokenById, id)) === true,

    useOnce: async (key, expiresAt) => (await run(whole(useOnce(key, expiresAt)))).count === 1,
    isUsed: async (key) => (await find(usedByKey, key)) === true,

    findAttempts: async (key, now) => {
      const counted = await find(attemptsByKey, key)

      return counted === undefined || hasPassed(counted.windowEnd, now) ? undefined : counted
    },
    countAttempt: (key, windowEnd, now) => countAttempt(run, key, windowEnd, now),

    loadSigningKeys: () => loadSigningKeys(run),
    changeSigningKeys: (change, event) =>
      telling(
        transaction((steps) =>
          changeSigningKeys(steps.run, change, [appendChange(keysChanged(event.at)), appendAudit(event)]),
        ),
      ),

    listChanges: (after, limit) => listChanges(database, after, limit),
    watchChanges: async (listener) => {
      const stop = listeners.add(listener)
      notices.start()

      return stop
    },

    ...auditMethods(database),

    recollection: recent,

    readClock: () => readClock(run),
    loadEpoch: () => loadEpoch(run),
    checkIn: (instance, version) => checkIn(run, instance, version),
    checkOut: (instance) => checkOut(run, instance),

    prune: (now, limit) => prune(database, now, limit),

    vitals: database.vitals,

    close: async () => {
      await notices.stop()
      await database.close()
    },
  }
}
