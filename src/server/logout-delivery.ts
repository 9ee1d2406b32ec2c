import { addSeconds, seconds } from '../base/time.ts'
import { atHand } from '../endpoints/id-token.ts'
import { auditEvent } from '../ports/audit.ts'
import type { LogoutDelivery } from '../ports/logout-store.ts'
import type { Logouts, Ports } from '../ports/ports.ts'
import type { SendForm } from '../ports/send-form.ts'
import { decideDelivery, describeLogoutToken } from '../protocol/back-channel.ts'
import type { DeliveryDecision } from '../protocol/back-channel.ts'
import { shownSubject } from '../protocol/pairwise.ts'

/** So many are told at the same time. */
const parallel = 10
/** Longer than an attempt takes, so that it ends before another instance tries. */
const lease = seconds(30)
/** Bounds one round, however fast people sign out; the next one comes soon. */
const maxBatches = 100

export interface LogoutDeliveries extends Logouts {
  /** Waits until nothing is under way. */
  readonly settled: () => Promise<void>
  /** Takes no more deliveries, and waits for those under way; the others stay in the store. */
  readonly close: () => Promise<void>
}

/**
 * Tells clients that a session has ended (Back-Channel Logout 1.0), at least once each. What is to be told is in the
 * store since the session ended, so a process that dies on the way loses nothing.
 */
export function createLogoutDeliveries(ports: Omit<Ports, 'logouts'>, sendForm: SendForm): LogoutDeliveries {
  const { store, settings, signer, keys, now } = ports
  let underWay: Promise<void> | undefined
  let again = false
  let closed = false

  return { soon, settled, close }

  function soon(): void {
    again = true
    if (!closed) underWay ??= round()
  }

  async function close(): Promise<void> {
    closed = true
    await underWay
  }

  async function settled(): Promise<void> {
    await underWay
  }

  async function round(): Promise<void> {
    try {
      while (again) {
        again = false
        await deliverDue()
      }
    } catch (error) {
      // It is all in the store still, and tried again.
      ports.log.fault(error, 'logout deliveries')
    } finally {
      underWay = undefined
    }
  }

  async function deliverDue(): Promise<void> {
    for (let batch = 0; batch < maxBatches; batch++) {
      const due = await store.claimLogouts(addSeconds(now(), lease), parallel, now())
      await Promise.all(due.map(deliver))
      if (due.length < parallel || closed) return
    }
  }

  async function deliver(delivery: LogoutDelivery): Promise<void> {
    const decision = await attempt(delivery)
    if (decision.kind === 'again') {
      await store.settleLogout(delivery, { kind: 'again', at: addSeconds(now(), decision.wait) })
      return
    }
    const { clientId, subject } = delivery
    const event =
      decision.kind === 'delivered'
        ? auditEvent(ports, nobody, 'logout_delivered', 'done', { clientId, subject })
        : auditEvent(ports, nobody, 'logout_delivered', 'refused', { clientId, subject, reason: decision.reason })
    await store.settleLogout(delivery, { kind: 'over', event })
  }

  async function attempt({ clientId, subject, sessionId, attempts }: LogoutDelivery): Promise<DeliveryDecision> {
    const client = await store.findClient(clientId)
    const to = client?.logout.backchannelUri
    if (client === undefined || client.disabledAt !== undefined || to === undefined)
      return { kind: 'failed', reason: 'client_gone' }
    const claims = describeLogoutToken({
      issuer: settings.issuer,
      clientId,
      subject: shownSubject(subject, client, keys.pairwiseSubjects),
      sessionId,
      now: now(),
    })
    const token = await signer.sign(claims, 'logout+jwt', atHand(client.identity.idTokenAlg, signer))

    return decideDelivery(await sendForm(to, { logout_token: token }), attempts)
  }
}

const nobody = { address: undefined, requestId: undefined }
