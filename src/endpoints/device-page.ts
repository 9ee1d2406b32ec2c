import { createThrottle, userCodeRules } from '../accounts/throttle.ts'
import { uuid7 } from '../base/id.ts'
import { addSeconds, seconds } from '../base/time.ts'
import { parseForm } from '../http/form.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { seeOther } from '../http/respond.ts'
import { deviceDonePage, deviceEntryPage } from '../pages/device.ts'
import type { DeviceDoneModel, DeviceEntryModel } from '../pages/device.ts'
import { auditEvent } from '../ports/audit.ts'
import type { Caller } from '../ports/audit.ts'
import type { Ports } from '../ports/ports.ts'
import type { Transaction, TransactionId } from '../protocol/authorization.ts'
import type { Client, ClientId } from '../protocol/client.ts'
import { mayAnswer } from '../protocol/device.ts'
import { parseParameters } from '../protocol/parameters.ts'
import { parseUserCode, showUserCode, userCodeHash } from '../protocol/user-code.ts'
import { findBrowser, formToken, isOwnForm } from './browser.ts'
import type { Browser } from './browser.ts'
import { openSheet, page, transactionPath } from './page.ts'

/** So many wrong codes within an hour, from anywhere, are no slips of people any more (attack row DV-02). */
const alarmAt = 1000
const alarmWindow = seconds(3600)

/**
 * Where a person enters the code of a device (RFC 8628 section 3.3). The browser that does so first has the device to
 * itself; from there on it is asked like by any app, and always.
 */
export function createDevicePage(ports: Ports) {
  const { store, settings, keys } = ports
  const throttle = createThrottle(store, ports.now)
  const path = settings.paths.device

  return { show, submit }

  /** A code in the link is filled in and shown. Nothing happens to it before the person says that it is theirs. */
  async function show(request: HttpRequest): Promise<HttpResponse> {
    const code = parseUserCode(parseParameters(request.query)?.get('user_code') ?? '')
    const typed = code === undefined ? '' : showUserCode(code)

    return ask(request, await findBrowser(request, ports), typed, code !== undefined, undefined)
  }

  async function submit(request: HttpRequest, caller: Caller): Promise<HttpResponse> {
    const browser = await findBrowser(request, ports)
    const form = await parseForm(request, 'any')
    if (!form.ok || !isOwnForm(request, form.value.get('csrf'), formToken(browser, 'device', ports), ports))
      return seeOther(settings.issuer + path)
    const typed = form.value.get('user_code') ?? ''
    const code = parseUserCode(typed)
    if (code === undefined) return ask(request, browser, typed, false, { kind: 'malformed' })

    let claimed: Transaction | undefined
    const rules = userCodeRules(browser.hash, browser.signedIn?.account.subject, request.address)
    const attempt = await throttle.run(rules, async () => {
      claimed = await claim(code, browser, caller)

      return claimed !== undefined
    })
    if (claimed !== undefined) return seeOther(settings.issuer + transactionPath(claimed.id))
    if (attempt.kind !== 'wait') return ask(request, browser, typed, false, { kind: 'wrong' })
    await record(browser, caller, 'throttled')

    return ask(request, browser, typed, false, { kind: 'throttled', minutes: Math.ceil(attempt.wait / 60) })
  }

  /** The request waits for this browser from now on. `undefined` if there is no such device, or not for this browser. */
  async function claim(code: string, browser: Browser, caller: Caller): Promise<Transaction | undefined> {
    const now = ports.now()
    const device = await store.findDeviceByUserCode(userCodeHash(code, keys.userCodes))
    if (device !== undefined && mayAnswer(device, browser.hash, now)) {
      const transaction = {
        id: uuid7(now, ports.random(10)) as TransactionId,
        browserHash: browser.hash,
        request: device.request,
        createdAt: now,
        expiresAt: device.expiresAt,
        answeredAt: undefined,
      }
      const event = auditEvent(ports, caller, 'user_code_entered', 'done', {
        clientId: device.request.clientId,
        subject: browser.signedIn?.account.subject,
      })
      if ((await store.claimDevice(transaction, event)) === 'done') return transaction
    }
    const reason = device === undefined ? 'user_code_unknown' : 'user_code_taken'
    await record(browser, caller, reason, device?.request.clientId)
    await watch(caller)

    return undefined
  }

  async function record(browser: Browser, caller: Caller, reason: string, clientId?: ClientId): Promise<void> {
    const details = { reason, clientId, subject: browser.signedIn?.account.subject }
    await store.appendAudit(auditEvent(ports, caller, 'user_code_entered', 'refused', details))
  }

  /** Many guessers at many places meet no limit of their own, so all together they are reported. */
  async function watch(caller: Caller): Promise<void> {
    const now = ports.now()
    const { count } = await store.countAttempt('user codes', addSeconds(now, alarmWindow), now)
    if (count !== alarmAt) return
    await store.appendAudit(auditEvent(ports, caller, 'user_codes_guessed', 'refused'))
    ports.log.fault(
      new Error(`${alarmAt} wrong user codes within an hour: somebody may be guessing`),
      caller.requestId ?? '',
    )
  }

  function ask(
    request: HttpRequest,
    browser: Browser,
    code: string,
    byLink: boolean,
    problem: DeviceEntryModel['problem'],
  ): HttpResponse {
    const sheet = openSheet(request, ports, path)
    const action = sheet.context.base + path
    const model = { ...sheet.context, action, csrf: formToken(browser, 'device', ports), code, byLink, problem }
    const status = problem === undefined ? 200 : problem.kind === 'throttled' ? 429 : 400

    return page(status, deviceEntryPage(model, sheet.t), sheet, { cookies: [browser.setCookie] })
  }
}

/** The end of the way for this browser. */
export function showDeviceDone(
  request: HttpRequest,
  ports: Ports,
  client: Client,
  kind: DeviceDoneModel['kind'],
  cookies: readonly string[],
): HttpResponse {
  const sheet = openSheet(request, ports, undefined)

  return page(200, deviceDonePage({ ...sheet.context, kind, app: client.name }, sheet.t), sheet, {
    formAction: 'none',
    cookies,
  })
}
