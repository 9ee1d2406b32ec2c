import type { DrillReport, DrillRunner } from 'hufu/inspector'
import { randomBytes } from 'node:crypto'
import { codeIn, createDrillProgram, textOf } from './drill-program.ts'
import type { Answer, DrillProgram, DrillTools } from './drill-program.ts'
import { drillCallback, otherApi } from './drill-registrations.ts'
import { createWalker } from './walker.ts'
import type { Page } from './walker.ts'

interface Drill {
  readonly name: string
  /** The public number the mistake must meet (UX-2.3). */
  readonly code: string
  readonly run: (program: DrillProgram, tools: DrillTools) => Promise<DrillReport>
}

/** Longer than a code lives, and longer than the demo's access tokens live. */
const tenMinutes = 600

/** The eleven mistakes, each made over HTTP by a program that does everything else right. */
const drills: readonly Drill[] = [
  {
    name: 'wrong-verifier',
    code: 'HF-TOKEN-0204',
    async run({ obtainCode, redeem }) {
      const { code } = await obtainCode()

      return report(await redeem(code, randomBytes(32).toString('base64url')))
    },
  },
  {
    name: 'code-used-twice',
    code: 'HF-TOKEN-0203',
    async run({ obtainCode, redeem, refresh }) {
      const { code, verifier } = await obtainCode()
      const first = await redeem(code, verifier)
      const second = await redeem(code, verifier)
      // What the first one brought is dead now: this is seen in the chain of the flow.
      await refresh(textOf(first.body['refresh_token']))

      return report(second)
    },
  },
  {
    name: 'code-expired',
    code: 'HF-TOKEN-0202',
    async run({ obtainCode, redeem }) {
      const { code, verifier } = await obtainCode()

      return report(await redeem(code, verifier, {}, tenMinutes))
    },
  },
  {
    name: 'changed-redirect-uri',
    code: 'HF-AUTHZ-0104',
    async run({ begin, visit }) {
      const state = randomBytes(16).toString('base64url')
      const slash = await visit(begin({ redirect_uri: `${drillCallback}/`, state }).url)
      const port = await visit(begin({ redirect_uri: drillCallback.replace('.example', '.example:8443'), state }).url)
      const host = await visit(begin({ redirect_uri: drillCallback.replace('drill', 'dri11'), state }).url)
      const pages = [slash, port, host]

      return {
        requestId: textOf(host.requestId),
        code: commonCode(pages),
        answer: pages.map((each) => String(each.status)).join(', '),
      }
    },
  },
  {
    name: 'missing-pkce',
    code: 'HF-AUTHZ-0110',
    run: async ({ begin, visit }) =>
      reportReturn(await visit(begin({ code_challenge: undefined, code_challenge_method: undefined }).url)),
  },
  {
    name: 'plain-method',
    code: 'HF-AUTHZ-0111',
    run: async ({ begin, visit }) => reportReturn(await visit(begin({ code_challenge_method: 'plain' }).url)),
  },
  { name: 'wrong-state', code: 'HF-APP-1101', run: deliverWrongState },
  {
    name: 'wrong-audience',
    code: 'HF-GUARD-0503',
    async run({ askJobToken, call }) {
      const token = await askJobToken({ scope: 'invoices.read', resource: otherApi })

      return reportCall(token, await call('/stats/daily', token.body['access_token']))
    },
  },
  {
    name: 'expired-token',
    code: 'HF-GUARD-0502',
    async run({ askJobToken, call }) {
      const token = await askJobToken({}, -tenMinutes)

      return reportCall(token, await call('/stats/daily', token.body['access_token']))
    },
  },
  {
    name: 'missing-scope',
    code: 'HF-GUARD-0510',
    async run({ askJobToken, call }) {
      const token = await askJobToken()

      return reportCall(token, await call('/orders', token.body['access_token']))
    },
  },
  {
    name: 'refresh-token-reuse',
    code: 'HF-TOKEN-0212',
    async run({ obtainCode, redeem, refresh }) {
      const { code, verifier } = await obtainCode()
      const first = textOf((await redeem(code, verifier)).body['refresh_token'])
      const second = textOf((await refresh(first)).body['refresh_token'])
      const third = textOf((await refresh(second)).body['refresh_token'])
      const reuse = await refresh(first)
      // The thief's mistake ends the honest program's newest token too.
      await refresh(third)

      return report(reuse)
    },
  },
]

/** The drills as the inspector offers them. */
export function createDrills(tools: DrillTools): DrillRunner {
  const program = createDrillProgram(tools)

  return {
    drills: drills.map(({ name, code }) => ({ name, code })),
    async run(name) {
      const drill = drills.find((each) => each.name === name)
      if (drill === undefined) throw new Error(`there is no drill ${name}`)

      return drill.run(program, tools)
    },
  }
}

/**
 * A good code arrives at the real Shop Analytics under a state that its browser never got. Nobody but the app can
 * notice, and it has to: this is how an attacker would connect somebody else's account to the victim's browser.
 */
async function deliverWrongState({ allow }: DrillProgram, { addresses }: DrillTools): Promise<DrillReport> {
  const callback = `${addresses.analytics}/callback`
  const walker = createWalker(callback)
  const landing = await walker.go(`${addresses.analytics}/`)
  const home = await allow(walker, await walker.submit(landing, '/connect'))
  const answer = new URL(home.url)
  if (!answer.searchParams.has('code')) throw new Error(`the drill got no code: ${home.url}`)
  answer.searchParams.set('state', randomBytes(16).toString('base64url'))

  const victim = createWalker()
  const arrived = await victim.go(answer.href)
  const isRefused = new URL(arrived.url).searchParams.get('notice') === 'not-begun'

  return {
    requestId: textOf(home.requestId),
    code: isRefused ? 'HF-APP-1101' : undefined,
    answer: `${arrived.status} ${new URL(arrived.url).pathname}${new URL(arrived.url).search}`,
  }
}

/** A refusal of the token endpoint. */
const report = ({ status, code, error, requestId }: Answer): DrillReport => ({
  requestId: textOf(requestId),
  code,
  answer: `${status} ${error ?? ''}`.trim(),
})

/** A refusal of the API; the flow is found by the token's request. */
const reportCall = (token: Answer, answer: Answer): DrillReport => ({
  ...report({ ...answer, requestId: token.requestId }),
})

/** An error that the browser carried back to the app. */
function reportReturn({ url, requestId }: Page): DrillReport {
  const { searchParams } = new URL(url)

  return {
    requestId: textOf(requestId),
    code: codeIn(searchParams.get('error_description') ?? ''),
    answer: `303 ${searchParams.get('error') ?? ''}`.trim(),
  }
}

/** The number that all pages show; `undefined` if they differ. */
function commonCode(pages: readonly Page[]): string | undefined {
  const codes = new Set(pages.map((each) => (each.status === 400 ? codeIn(each.body) : undefined)))

  return codes.size === 1 ? [...codes][0] : undefined
}
