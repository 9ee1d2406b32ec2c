import type { Instant } from '../../base/time.ts'
import type { Answers, Store } from '../../ports/store.ts'
import type { Access } from './access.ts'
import type { Tables } from './open-tables.ts'

/** Requests that wait for a person, in whichever form, and what they are answered with. */
export function requestMethods(
  { read, write }: Access,
  { audit, codes, consents, devices, pushedRequests, registrations, throttle, transactions }: Tables,
): Pick<
  Store,
  | 'saveTransaction'
  | 'countWaiting'
  | 'findTransaction'
  | 'savePushedRequest'
  | 'findPushedRequest'
  | 'saveDevice'
  | 'findDevice'
  | 'findDeviceByUserCode'
  | 'claimDevice'
  | 'pollDevice'
  | 'findConsent'
  | 'issueCode'
  | 'answerRequest'
> {
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
  }
}
