import { account, asking } from '../support/details.ts'
import * as cast from '../support/fixtures.ts'
import { has } from '../support/server.ts'
import type { Form, Page, UserAgent } from '../support/user-agent.ts'
import { formOf, get, headersOf, partsOf, post } from './draft.ts'
import type { Draft, Part } from './draft.ts'
import type { Targets } from './programs.ts'
import { fp } from './world.ts'
import type { World } from './world.ts'

/** A request that is right, for each page that a browser may come to, and each form on it. */
export function peopleTargets(world: World): Targets {
  const { as } = world
  const cookies = ({ cookies: jar }: UserAgent) =>
    headersOf({ cookie: Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ') })
  const fromPage = headersOf({ origin: as.issuer, 'sec-fetch-site': 'same-origin' })

  /** The form of a page as it would be sent, with what a person adds. */
  function submit(page: Page, step: string, by: UserAgent, given: Readonly<Record<string, string>>): Draft {
    const form: Form | undefined = page.forms.find(({ action }) => action.endsWith(step))
    if (form === undefined) throw new Error(`no form for ${step}: ${page.status}\n${page.html}`)
    const fields: readonly Part[] = form.fields
      .filter(([name]) => !(name in given))
      .map(([name, value]) => ({ place: 'form', name, value }))
    const { pathname, search } = new URL(form.action, page.url)
    const query = partsOf('query', Object.fromEntries(new URLSearchParams(search)))

    return post(pathname, [...query, ...fields, ...partsOf('form', given), ...cookies(by), ...fromPage])
  }

  const authorize = (url: string) => partsOf('query', Object.fromEntries(new URL(url).searchParams))
  const everything = () =>
    as.authorize(
      {
        scope: 'openid orders.read',
        resource: cast.r1,
        nonce: 'n-0S6_WzA2Mj',
        max_age: '3600',
        prompt: 'consent',
        ui_locales: 'zh-CN en',
        acr_values: '1',
        claims: '{"userinfo":{"email":null}}',
        login_hint: 'alice',
        response_mode: 'query',
        ...asking(account),
      },
      fp,
    ).url

  /** What an app sends along that signs a person out, whose session is another one. */
  const leaving = async () => ({
    id_token_hint: (await world.tokens('openid')).id_token ?? '',
    client_id: fp.client_id,
    post_logout_redirect_uri: fp.post_logout_redirect_uris[0],
    state: 'gone',
    ui_locales: 'zh-CN',
  })

  return {
    authorize: async () => get('/authorize', [...authorize(everything()), ...cookies(world.alice())]),
    'authorize, at once': async () =>
      get('/authorize', [...authorize(as.authorize({}, fp).url), ...cookies(world.alice())]),
    'authorize, posted': async () => {
      const parts = authorize(as.authorize({ response_mode: 'form_post' }, cast.p1).url)

      return post(
        '/authorize',
        parts.map((part) => ({ ...part, place: 'form' as const })),
      )
    },
    'authorize, pushed': async () => {
      const { client_id: _, ...fields } = Object.fromEntries(new URL(as.authorize().url).searchParams)
      const answer = await world.send(post('/par', formOf(cast.c1, fields)))
      const { request_uri } = (await answer.json()) as { request_uri: string }

      return get('/authorize', partsOf('query', { client_id: cast.c1.client_id, request_uri }))
    },
    'sign-in, on the way': async () => {
      const browser = as.browser()
      const page = await browser.open(as.authorize().url)

      return submit(page, '/sign-in', browser, { ...world.person() })
    },
    'a waiting page': async () => {
      const browser = world.alice()
      const { url } = await browser.open(as.authorize().url)

      return get(new URL(url).pathname, cookies(browser))
    },
    consent: async () => {
      const browser = world.alice()
      const page = await browser.open(as.authorize({ prompt: 'consent', ...asking(account) }).url)
      if (!has(page, '/consent')) throw new Error(`no consent: ${page.status}`)

      return submit(page, '/consent', browser, { decision: 'allow' })
    },
    home: async () => get('/', cookies(world.alice())),
    'sign-in page': async () => get('/sign-in', headersOf({ 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' })),
    'sign-in': async () => {
      const browser = as.browser()
      const page = await browser.open(`${as.issuer}/sign-in`)

      return submit(page, '/sign-in', browser, { ...world.person() })
    },
    'sign-out page': async () => get('/sign-out', cookies(world.alice())),
    'sign-out': async () => {
      const browser = await as.signedIn()
      const page = await browser.open(`${as.issuer}/sign-out`)

      return submit(page, '/sign-out', browser, {})
    },
    'end session': async () => get('/end-session', partsOf('query', await leaving())),
    'end session, confirmed': async () => {
      const browser = await as.signedIn()
      const page = await browser.open(`${as.issuer}/end-session?${new URLSearchParams(await leaving())}`)

      return submit(page, '/end-session', browser, {})
    },
    'device page': async () => {
      const { user_code } = await world.device()

      return get('/device', [...partsOf('query', { user_code }), ...cookies(world.alice())])
    },
    'device code': async () => {
      const { user_code } = await world.device()
      const page = await world.alice().open(`${as.issuer}/device`)

      return submit(page, '/device', world.alice(), { user_code })
    },
    'an error explained': async () => get('/errors/HF-TOKEN-0201', headersOf({ 'accept-language': 'en' })),
    'a style sheet': async () => {
      const style = /\/assets\/[\w.]+\.css/.exec(await (await as.get('/sign-in')).text())?.[0] ?? ''

      return get(style, headersOf({ 'if-none-match': '"a"' }))
    },
    'no page': async () => get('/nowhere', cookies(world.alice())),
  }
}
