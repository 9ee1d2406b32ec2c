import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SealedKey, Store } from '../../ports/store.ts'
import type { AuditEvent } from '../../protocol/audit-event.ts'
import { checkThenActDevices, findOpenDevice } from './check-then-act-devices.ts'

/**
 * A store as one should not write it: it looks, waits (as for a database), and then does what it decided by what it
 * saw. One request at a time it is right. It exists to show that the races of the contract can fail; {@link oneByOne} makes
 * it right, which shows that they fail for no other reason.
 */
export function openCheckThenAct(): Pick<Store, Raced> {
  const rows = new Map<string, unknown>()
  const events: AuditEvent[] = []
  let keys: readonly SealedKey[] = []
  const find = async <Row>(id: string) => rows.get(id) as Row | undefined
  const put = (id: string, row: unknown) => void rows.set(id, row)

  return {
    findAccount: find,
    findCode: find,
    findAuthorization: find,
    findOpaqueToken: find,
    findTransaction: find,
    listAudit: async () => events,
    close: async () => {},
    saveTransaction: async (transaction) => {
      put(transaction.id, transaction)

      return 'done'
    },
    ...checkThenActDevices({ find, put }),

    async saveAccount(account, canonical) {
      const taken = rows.has(canonical)
      await nextTurn()
      if (taken) return 'username_taken'
      put(canonical, account)
      put(account.subject, account)

      return 'done'
    },
    async issueCode(code, answers, _consent, _event, now) {
      const transaction = answers?.transaction
      const waiting = transaction === undefined ? undefined : await this.findTransaction(transaction)
      const used = answers?.pushed !== undefined && rows.has(`used ${answers.pushed.id}`)
      await nextTurn()
      if (used || waiting?.answeredAt !== undefined) return 'already_answered'
      if (waiting !== undefined) put(waiting.id, { ...waiting, answeredAt: now })
      if (answers?.pushed !== undefined) put(`used ${answers.pushed.id}`, true)
      put(code.id, code)

      return 'done'
    },
    async answerRequest({ transaction, pushed, device }, _event, now) {
      const waiting = transaction === undefined ? undefined : await this.findTransaction(transaction)
      const used = pushed !== undefined && rows.has(`used ${pushed.id}`)
      const open = await findOpenDevice({ find, put }, device)
      await nextTurn()
      if (used || open === 'taken' || waiting?.answeredAt !== undefined) return 'already_answered'
      if (open !== undefined) put(open.id, open)
      if (waiting !== undefined) put(waiting.id, { ...waiting, answeredAt: now })
      if (pushed !== undefined) put(`used ${pushed.id}`, true)

      return 'done'
    },
    async burnCode(id, _event, now) {
      const code = await this.findCode(id)
      await nextTurn()
      if (code === undefined || code.redeemedAt !== undefined || code.burnedAt !== undefined) return false
      put(id, { ...code, burnedAt: now })

      return true
    },
    async commit({ redeem, authorization, opaqueToken, event }, now) {
      if (redeem?.kind === 'code') {
        const code = await this.findCode(redeem.id)
        await nextTurn()
        if (code?.redeemedAt !== undefined || code?.burnedAt !== undefined)
          return { kind: 'already_redeemed', authorizationId: code.authorizationId }
        put(redeem.id, { ...code, redeemedAt: now, authorizationId: authorization?.id })
      }
      if (redeem?.kind === 'device') {
        const device = await this.findDevice(redeem.id)
        await nextTurn()
        if (device?.redeemedAt !== undefined) return { kind: 'already_redeemed', authorizationId: undefined }
        put(redeem.id, { ...device, redeemedAt: now })
      }
      if (redeem?.kind === 'refresh_token') {
        const found = await this.findAuthorization(redeem.authorizationId)
        await nextTurn()
        if (found?.refresh?.generation !== redeem.generation || found.revokedAt !== undefined)
          return { kind: 'already_redeemed', authorizationId: undefined }
        put(found.id, { ...found, refresh: redeem.chain, endsAt: redeem.endsAt })
      }
      if (redeem?.kind === 'assertion' && !(await this.useOnce(redeem.key, redeem.expiresAt)))
        return { kind: 'already_redeemed', authorizationId: undefined }
      events.push(event)
      if (authorization !== undefined) put(authorization.id, authorization)
      if (opaqueToken !== undefined) put(opaqueToken.id, opaqueToken)

      return { kind: 'done' }
    },
    async revokeAuthorization(id, revokedBecause, _event, now) {
      const found = await this.findAuthorization(id)
      await nextTurn()
      if (found === undefined || found.revokedAt !== undefined) return false
      put(id, { ...found, revokedAt: now, revokedBecause })

      return true
    },
    async revokeAccessToken(id) {
      const known = rows.has(`revoked ${id}`)
      await nextTurn()
      put(`revoked ${id}`, true)

      return !known
    },
    async useOnce(key) {
      const known = rows.has(key)
      await nextTurn()
      put(key, true)

      return !known
    },
    findPushedRequest: find,
    async savePushedRequest(request, { key, limit, windowEnd }, now) {
      const counted = await this.countAttempt(key, windowEnd, now)
      if (counted.count > limit) return counted
      put(request.id, request)

      return 'done'
    },
    findAttempts: find,
    async countAttempt(key, windowEnd) {
      const known = (await find<{ count: number }>(key))?.count ?? 0
      await nextTurn()
      const attempts = { count: known + 1, windowEnd }
      put(key, attempts)

      return attempts
    },
    loadSigningKeys: async () => keys,
    async changeSigningKeys({ seen, add }) {
      const changed = keys.length !== seen.length
      await nextTurn()
      if (changed) return false
      keys = [...keys, ...add]

      return true
    },
  }
}

type Method = (...given: readonly unknown[]) => Promise<unknown>

/** The same store, where each call waits until the one before has been answered. */
export function oneByOne(store: Pick<Store, Raced>): Pick<Store, Raced> {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn =
    (call: Method): Method =>
    (...given) =>
      (last = last.then(() => call.apply(store, [...given])))

  return Object.fromEntries(
    Object.entries(store).map(([name, call]) => [name, inTurn(call as Method)]),
  ) as unknown as Pick<Store, Raced>
}

type Raced =
  | 'findAccount'
  | 'findCode'
  | 'findAuthorization'
  | 'findOpaqueToken'
  | 'findTransaction'
  | 'findAttempts'
  | 'findPushedRequest'
  | 'listAudit'
  | 'loadSigningKeys'
  | 'saveAccount'
  | 'saveTransaction'
  | 'saveDevice'
  | 'findDevice'
  | 'claimDevice'
  | 'pollDevice'
  | 'savePushedRequest'
  | 'issueCode'
  | 'answerRequest'
  | 'burnCode'
  | 'commit'
  | 'revokeAuthorization'
  | 'revokeAccessToken'
  | 'useOnce'
  | 'countAttempt'
  | 'changeSigningKeys'
  | 'close'
