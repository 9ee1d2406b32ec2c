import { randomBytes, timingSafeEqual } from 'node:crypto'
import { readCookie } from '../http/cookies.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { json, methodNotAllowed, noStore, seeOther, text } from '../http/respond.ts'
import { render } from '../pages/html.ts'
import { chooseLanguage, messagesIn } from '../pages/language.ts'
import { pageHeaders } from '../pages/layout.ts'
import { languages, type Language } from '../protocol/resource.ts'
import { answerAsset } from './assets.ts'
import type { createDrillDesk } from './drill-desk.ts'
import { toHar, toJson } from './export.ts'
import { isOwnForm, refuseAtGate } from './gate.ts'
import type { InspectorOptions } from './options.ts'
import { createSignatureCheck } from './live-keys.ts'
import { inspectorMessages } from './locales/catalogue.ts'
import { clientIdOf, emptySteps, letters, viewOf } from './model.ts'
import type { Flow } from './flow-book.ts'
import type { Recorder } from './recorder.ts'
import { redactFlow } from './redact.ts'
import type { createStreams } from './stream.ts'
import { inspectorPage } from './view/layout.ts'
import type { ClientFacts, Selection } from './view/page-model.ts'
import { addressOf } from './view/page-model.ts'
import { redactView } from './view/redact-view.ts'

/** The routes under `/inspector`. */
export function createRoutes(
  options: InspectorOptions,
  recorder: Recorder,
  streams: ReturnType<typeof createStreams>,
  desk: ReturnType<typeof createDrillDesk>,
) {
  const { issuer } = options
  const isOpen = options.access === 'open'
  const jwksUrl = options.jwksUrl ?? `${issuer}/.well-known/jwks.json`
  const verifySignature = options.verifySignature ?? createSignatureCheck(jwksUrl)
  const csrf = randomBytes(32).toString('base64url')

  return async (request: HttpRequest): Promise<HttpResponse | undefined> => {
    if (request.path !== '/inspector' && !request.path.startsWith('/inspector/')) return undefined
    const refused = await refuseAtGate(request, options)
    if (refused !== undefined) return refused
    const drill = /^\/inspector\/drills\/([a-z-]{1,40})$/.exec(request.path)?.[1]
    if (drill !== undefined) return request.method === 'POST' ? runDrill(request, drill) : methodNotAllowed(['POST'])
    if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed(['GET', 'HEAD'])
    if (request.path === '/inspector') return page(request)
    if (request.path === '/inspector/events') return events(request)
    if (request.path === '/inspector/export') return download(request)
    if (request.path === '/inspector/flow') return findFlow(request)

    return answerAsset(request.path) ?? text(404, 'there is no such page\n')
  }

  async function page(request: HttpRequest): Promise<HttpResponse> {
    const query = new URLSearchParams(request.query)
    const asked = query.get('lang')
    const chosen = languages.find((each) => each === asked)
    const language =
      chosen ??
      chooseLanguage({
        uiLocales: undefined,
        cookie: readCookie(request.header('cookie'), 'hufu_lang'),
        acceptLanguage: request.header('accept-language'),
      })
    const body = render(inspectorPage(await modelOf(query, language)))

    return {
      status: 200,
      headers: {
        ...pageHeaders({ formAction: 'self' }),
        vary: 'accept-language, cookie',
        ...(chosen !== undefined && {
          'set-cookie': `hufu_lang=${chosen}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax${issuer.startsWith('https:') ? '; Secure' : ''}`,
        }),
      },
      body,
    }
  }

  async function modelOf(query: URLSearchParams, language: Language) {
    const version = recorder.version()
    const flows = recorder.list()
    const { flow, kind } = chooseFlow(query, flows)
    const real = flow && viewOf(flow, issuer)
    const view = real && (isOpen ? real : redactView(real))
    const messageId = query.get('m') ?? undefined
    const asked = letters.find((each) => each === query.get('step'))
    const newest = view?.steps.findLast((each) => ['running', 'done', 'refused'].includes(each.status))
    const steps = view?.steps ?? emptySteps(kind)
    const letter = asked ?? (messageId === undefined ? (newest?.letter ?? firstLetter[kind]) : undefined)
    const step = steps.find((each) => each.letter === letter)
    const named = view?.flow.messages.find((each) => each.id === messageId)
    const client = real?.clientId === undefined ? undefined : await options.findClient?.(real.clientId)
    const selection: Selection = {
      kind,
      flowId: query.get('flow') ?? undefined,
      letter: asked,
      messageId,
      raw: query.get('raw') === '1',
      guided: query.get('guided') === '1',
    }

    return {
      t: inspectorMessages[language],
      errors: messagesIn(language).errors,
      productName: options.productName ?? 'Hufu',
      selection,
      flows,
      view,
      steps,
      step,
      message: named ?? step?.main,
      client,
      clientNames: await namesOf(flows),
      signature: await signatureOf(real?.token?.jwt && real.token.accessToken),
      jwksUrl,
      drills: desk.drills,
      csrf,
      demo: options.demo,
      mayShowSecrets: isOpen,
      version,
      drillFailed: query.get('drill') === 'failed',
    }
  }

  async function namesOf(flows: readonly Flow[]): Promise<ReadonlyMap<string, string>> {
    const ids = new Set(flows.slice(0, 30).flatMap((flow) => flow.messages.map(clientIdOf).find(Boolean) ?? []))
    const found = await Promise.all([...ids].map(async (id) => [id, await options.findClient?.(id)] as const))

    return new Map(
      found.filter((each): each is [string, ClientFacts] => each[1] !== undefined).map(([id, { name }]) => [id, name]),
    )
  }

  async function signatureOf(jwt: string | undefined): Promise<'verified' | 'wrong' | 'unchecked'> {
    if (jwt === undefined) return 'unchecked'

    return (await verifySignature(jwt)) ? 'verified' : 'wrong'
  }

  function events(request: HttpRequest): HttpResponse {
    const asked = request.header('last-event-id') ?? new URLSearchParams(request.query).get('since') ?? ''
    const chunks = streams.open(/^\d{1,15}$/.test(asked) ? Number(asked) : recorder.version())
    if (chunks === undefined) return text(503, 'too many readers\n', { ...noStore, 'retry-after': '5' })

    return {
      status: 200,
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        ...noStore,
        'x-content-type-options': 'nosniff',
        'x-accel-buffering': 'no',
      },
      body: request.method === 'HEAD' ? '' : chunks,
    }
  }

  function download(request: HttpRequest): HttpResponse {
    const query = new URLSearchParams(request.query)
    const flow = recorder.find(query.get('flow') ?? '')
    if (flow === undefined) return text(404, 'there is no such flow\n')
    const shown = isOpen && query.get('secrets') === '1' ? flow : redactFlow(flow)
    const isHar = query.get('format') === 'har'

    return json(200, isHar ? toHar(shown) : toJson(shown), {
      ...noStore,
      'content-disposition': `attachment; filename="${flow.id}.${isHar ? 'har' : 'json'}"`,
    })
  }

  /** For programs that want to say "watch it again": the page of the flow that a request belongs to. */
  function findFlow(request: HttpRequest): HttpResponse {
    const flow = recorder.findByRequestId(new URLSearchParams(request.query).get('request') ?? '')
    if (flow === undefined) return json(404, { error: 'not_found' })

    return json(200, { flow: flow.id, url: `${issuer}/inspector?kind=${flow.kind}&flow=${flow.id}` })
  }

  async function runDrill(request: HttpRequest, name: string): Promise<HttpResponse> {
    const body = await request.body()
    const sent = body.kind === 'text' ? new URLSearchParams(body.text).get('csrf') : null
    if (!isOwnForm(request, issuer) || !isSame(sent ?? '', csrf))
      return text(403, 'the form was not sent from a page of this server\n')
    const flow = await desk.run(name)
    if (flow === 'unknown') return text(404, 'there is no such drill\n')
    if (flow === 'busy') return text(503, 'other drills are waiting\n', { ...noStore, 'retry-after': '5' })
    if (flow === 'failed') return seeOther('/inspector?drill=failed')

    return seeOther(addressOf(nothing, { kind: flow.kind, flowId: flow.id }))
  }
}

const nothing: Selection = {
  kind: 'person',
  flowId: undefined,
  letter: undefined,
  messageId: undefined,
  raw: false,
  guided: false,
}

/** Where a reader begins while nothing has happened. */
const firstLetter = { person: 'A', machine: 'C' } as const

/** The flow that is named, else the newest of the kind that is asked for, else the newest there is. */
function chooseFlow(query: URLSearchParams, flows: readonly Flow[]) {
  const named = flows.find((each) => each.id === query.get('flow'))
  const asked = (['person', 'machine'] as const).find((each) => each === query.get('kind'))
  const flow = named ?? flows.find((each) => asked === undefined || each.kind === asked)

  return { flow, kind: flow?.kind ?? asked ?? 'person' }
}

const isSame = (left: string, right: string) =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right))
