import { seconds } from '../../src/base/time.ts'
import { diagnoseRedirectUri } from '../../src/protocol/redirect-diagnosis.ts'
import { answeredPage } from '../../src/pages/answered.ts'
import type { ConsentModel, ConsentScope } from '../../src/pages/consent.ts'
import { consentPage } from '../../src/pages/consent.ts'
import { deviceDonePage, deviceEntryPage } from '../../src/pages/device.ts'
import type { DeviceEntryModel } from '../../src/pages/device.ts'
import { errorCodePage } from '../../src/pages/error-code.ts'
import { errorPage } from '../../src/pages/error-page.ts'
import { faultPage } from '../../src/pages/fault.ts'
import { handOffPage } from '../../src/pages/hand-off.ts'
import { homePage } from '../../src/pages/home.ts'
import type { Html } from '../../src/pages/html.ts'
import type { FormAction, PageContext } from '../../src/pages/layout.ts'
import type { Messages } from '../../src/pages/locales/en.ts'
import { notAllowedPage } from '../../src/pages/not-allowed.ts'
import { notFoundPage } from '../../src/pages/not-found.ts'
import type { SignInModel } from '../../src/pages/sign-in.ts'
import { signInPage } from '../../src/pages/sign-in.ts'
import { signedOutPage, signOutPage } from '../../src/pages/sign-out.ts'

/** One page in one state, with believable content, ready for any language. */
export interface SamplePage {
  readonly name: string
  readonly formAction: FormAction
  readonly show: (t: Messages) => Html
}

const context: PageContext = { productName: 'Hufu', base: '', development: false, path: '/i/0192f3a4' }
const developing: PageContext = { ...context, development: true }
const requestId = 'req_0192f3a4b5c67d8e9f00112233445566'

const signIn: SignInModel = {
  ...context,
  app: { name: 'Shop Analytics', host: 'analytics.example.com' },
  action: '/i/0192f3a4/sign-in',
  csrf: 'c2FtcGxl',
  username: '',
  problem: undefined,
  cancelAction: '/i/0192f3a4/cancel',
  demo: undefined,
}

const scope = (name: string, title: string, detail: string, rest: Partial<ConsentScope> = {}): ConsentScope => ({
  name,
  title,
  detail,
  access: 'read',
  optional: false,
  granted: false,
  ...rest,
})

const orders = scope('orders:read', 'See your orders', 'Order number, items, price and date of the last 12 months.')
const refunds = scope('orders:refunds', 'See your refunds', 'What was sent back, and how much was paid back.', {
  optional: true,
})
const notes = scope('orders:notes', 'Change delivery notes', 'The text the courier reads.', {
  access: 'write',
  optional: true,
})

const consent: ConsentModel = {
  ...context,
  app: { clientId: 'shop-analytics', name: 'Shop Analytics', developer: 'Lumen Data Ltd', reviewed: true },
  account: 'li.wei@example.com',
  destination: { kind: 'site', origin: 'https://analytics.example.com' },
  device: undefined,
  anyLocalProgram: false,
  scopes: [orders, refunds, notes],
  details: [],
  notAsked: ['Place or cancel orders'],
  until: { kind: 'lasting', over: undefined, unused: seconds(30 * 86_400) },
  action: '/i/0192f3a4/consent',
  switchAction: '/i/0192f3a4/switch',
  csrf: 'c2FtcGxl',
}

const deviceEntry: DeviceEntryModel = {
  ...context,
  path: '/device',
  action: '/device',
  csrf: 'c2FtcGxl',
  code: '',
  byLink: false,
  problem: undefined,
}

const registered = ['https://analytics.example.com/callback', 'http://127.0.0.1/callback']

/** Every page there is, in the states that look different. */
export const samplePages: readonly SamplePage[] = [
  sample('sign-in', (t) => signInPage(signIn, t)),
  sample('sign-in-wrong', (t) =>
    signInPage({ ...signIn, username: 'li.wei@example.com', problem: { kind: 'wrong' } }, t),
  ),
  sample('sign-in-throttled', (t) => signInPage({ ...signIn, problem: { kind: 'throttled', minutes: 5 } }, t)),
  sample('sign-in-demo', (t) =>
    signInPage({ ...signIn, ...developing, demo: { username: 'li.wei@example.com', password: 'maple-harbor-42' } }, t),
  ),
  sample('sign-in-alone', (t) => signInPage({ ...signIn, app: undefined, cancelAction: undefined }, t)),
  sample('consent', (t) => consentPage(consent, t)),
  sample('consent-unreviewed', (t) =>
    consentPage(
      {
        ...consent,
        app: { ...consent.app, developer: undefined, reviewed: false },
        destination: { kind: 'device', host: '127.0.0.1:9130' },
        until: { kind: 'once', lifetime: seconds(600) },
      },
      t,
    ),
  ),
  sample('consent-of-a-host', (t) =>
    consentPage(
      {
        ...consent,
        app: {
          ...consent.app,
          name: 'Shop Ana1ytics',
          developer: undefined,
          reviewed: false,
          host: 'analytics.example.net',
          looksLike: 'Shop Analytics',
        },
        destination: { kind: 'device', host: '127.0.0.1:9130' },
        anyLocalProgram: true,
      },
      t,
    ),
  ),
  sample('consent-payment', (t) =>
    consentPage(
      {
        ...consent,
        scopes: [],
        details: [
          {
            title: 'Pay once',
            description: 'From the account you shop with.',
            transaction: true,
            money: '1249.90 EUR',
            fields: [
              { title: 'To', values: ['Lumen Data Ltd'] },
              { title: 'For', values: ['Order 2026-0117', 'Delivery'] },
            ],
          },
          {
            title: 'See an account',
            description: '',
            transaction: false,
            money: undefined,
            fields: [{ title: 'What', values: ['Balance'] }],
          },
        ],
        notAsked: [],
        until: { kind: 'once', lifetime: seconds(600) },
      },
      t,
    ),
  ),
  sample('consent-again', (t) =>
    consentPage(
      {
        ...consent,
        scopes: [{ ...orders, granted: true }, refunds],
        destination: { kind: 'app', scheme: 'com.example.analytics:' },
        anyLocalProgram: true,
        until: { kind: 'removed' },
      },
      t,
    ),
  ),
  sample('consent-device', (t) =>
    consentPage(
      {
        ...consent,
        destination: undefined,
        device: {
          code: 'WDJB-MJHT',
          minutes: 3,
          address: '203.0.113.7',
          isHere: false,
          website: 'analytics.example.com',
        },
      },
      t,
    ),
  ),
  sample('consent-device-unreviewed', (t) =>
    consentPage(
      {
        ...consent,
        app: { ...consent.app, developer: undefined, reviewed: false },
        destination: undefined,
        device: { code: 'WDJB-MJHT', minutes: 0, address: undefined, isHere: false, website: undefined },
      },
      t,
    ),
  ),
  sample('sign-in-device', (t) =>
    signInPage({ ...signIn, app: { name: 'Shop Analytics', host: undefined, onDevice: true } }, t),
  ),
  sample('device', (t) => deviceEntryPage(deviceEntry, t)),
  sample('device-wrong', (t) => deviceEntryPage({ ...deviceEntry, code: 'WDJB-MJHT', problem: { kind: 'wrong' } }, t)),
  sample('device-malformed', (t) =>
    deviceEntryPage({ ...deviceEntry, code: 'WDJB', problem: { kind: 'malformed' } }, t),
  ),
  sample('device-throttled', (t) =>
    deviceEntryPage({ ...deviceEntry, code: 'WDJB-MJHT', problem: { kind: 'throttled', minutes: 10 } }, t),
  ),
  sample('device-by-link', (t) => deviceEntryPage({ ...deviceEntry, code: 'WDJB-MJHT', byLink: true }, t)),
  sample('device-connected', (t) =>
    deviceDonePage({ ...context, path: undefined, kind: 'connected', app: 'Shop Analytics' }, t),
  ),
  sample('device-refused', (t) =>
    deviceDonePage({ ...context, path: undefined, kind: 'refused', app: 'Shop Analytics' }, t),
  ),
  sample(
    'hand-off',
    (t) =>
      handOffPage(
        {
          ...context,
          path: undefined,
          appName: 'Shop Analytics',
          url: 'https://analytics.example.com/callback?code=hac_example&state=af0ifjsldkj&iss=https%3A%2F%2Fauth.example.com',
          outcome: 'allowed',
          byItself: true,
        },
        t,
      ),
    'none',
  ),
  sample(
    'hand-off-form',
    (t) =>
      handOffPage(
        {
          ...context,
          path: undefined,
          appName: 'Shop Analytics',
          url: 'https://analytics.example.com/callback',
          fields: { code: 'hac_example', state: 'af0ifjsldkj', iss: 'https://auth.example.com' },
          outcome: 'allowed',
          // It would leave at once otherwise.
          byItself: false,
        },
        t,
      ),
    { only: 'https://analytics.example.com/callback' },
  ),
  sample(
    'hand-off-app',
    (t) =>
      handOffPage(
        {
          ...context,
          path: undefined,
          appName: 'Shop Analytics',
          url: 'com.example.analytics:/callback?error=access_denied',
          outcome: 'refused',
          byItself: true,
        },
        t,
      ),
    'none',
  ),
  sample('error', (t) =>
    errorPage(
      { ...context, path: undefined, id: 'HF-AUTHZ-0104', requestId, description: undefined, diagnosis: undefined },
      t,
    ),
  ),
  sample('error-developing', (t) =>
    errorPage(
      {
        ...developing,
        path: undefined,
        id: 'HF-AUTHZ-0104',
        requestId,
        description: 'redirect_uri is not registered for this client',
        diagnosis: diagnoseRedirectUri('https://analytics.example.com/callback/', registered),
      },
      t,
    ),
  ),
  sample('answered', (t) =>
    answeredPage(
      { ...context, kind: 'answered', app: { name: 'Shop Analytics', homepage: 'https://analytics.example.com/' } },
      t,
    ),
  ),
  sample('expired', (t) => answeredPage({ ...context, kind: 'expired', app: undefined }, t)),
  sample('sign-out', (t) =>
    signOutPage({ ...context, account: 'li.wei@example.com', action: '/sign-out', csrf: 'c2FtcGxl', told: [] }, t),
  ),
  sample('sign-out-nobody', (t) =>
    signOutPage({ ...context, account: undefined, action: '/sign-out', csrf: 'c2FtcGxl', told: [] }, t),
  ),
  sample('sign-out-for-app', (t) =>
    signOutPage(
      {
        ...context,
        account: 'li.wei@example.com',
        action: '/end-session',
        csrf: 'c2FtcGxl',
        app: 'Shop Analytics',
        told: ['Shop Analytics', 'Nightly Report'],
        fields: { client_id: 'shop-analytics' },
      },
      t,
    ),
  ),
  sample('error-signing-out', (t) =>
    errorPage(
      { ...context, path: undefined, id: 'HF-LOGOUT-0804', requestId, description: undefined, diagnosis: undefined },
      t,
    ),
  ),
  sample('signed-out', (t) => signedOutPage(context, t)),
  sample('home', (t) => homePage({ ...context, path: '/', account: undefined, inspectorPath: undefined }, t)),
  sample('home-signed-in', (t) =>
    homePage({ ...developing, path: '/', account: 'li.wei@example.com', inspectorPath: '/inspector' }, t),
  ),
  sample('error-code', (t) => errorCodePage({ ...context, path: '/errors/HF-TOKEN-0212', id: 'HF-TOKEN-0212' }, t)),
  sample('error-code-guard', (t) =>
    errorCodePage({ ...context, path: '/errors/HF-GUARD-0501', id: 'HF-GUARD-0501' }, t),
  ),
  sample('not-allowed', (t) => notAllowedPage({ ...context, path: undefined }, t)),
  sample('not-found', (t) => notFoundPage({ ...context, path: undefined }, t)),
  sample('fault', (t) => faultPage({ ...context, path: undefined, requestId }, t)),
]

function sample(name: string, show: SamplePage['show'], formAction: SamplePage['formAction'] = 'self'): SamplePage {
  return { name, formAction, show }
}
