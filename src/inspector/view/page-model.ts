import type { Messages } from '../../pages/locales/en.ts'
import type { InspectorMessages } from '../locales/en.ts'
import type { Message } from '../message.ts'
import type { FlowView, Letter, StepView } from '../model.ts'
import type { Flow, FlowKind } from '../flow-book.ts'

/** What the reader has asked to see: exactly what stands in the address, so that it works without a script. */
export interface Selection {
  readonly kind: FlowKind
  /** `undefined`: the newest of its kind. */
  readonly flowId: string | undefined
  /** `undefined`: the newest step. */
  readonly letter: Letter | undefined
  readonly messageId: string | undefined
  readonly raw: boolean
  readonly guided: boolean
}

/** What the server knows about a client besides its id. */
export interface ClientFacts {
  readonly name: string
  /** Seconds since its last use. */
  readonly refreshIdle: number | 'never'
}

/** Everything the page shows. */
export interface PageModel {
  readonly t: InspectorMessages
  /** Meaning, causes and fix of each public error number. */
  readonly errors: Messages['errors']
  readonly productName: string
  readonly selection: Selection
  readonly flows: readonly Flow[]
  readonly view: FlowView | undefined
  readonly steps: readonly StepView[]
  /** The step that is shown and the message of it. */
  readonly step: StepView | undefined
  readonly message: Message | undefined
  readonly client: ClientFacts | undefined
  readonly clientNames: ReadonlyMap<string, string>
  readonly signature: 'verified' | 'wrong' | 'unchecked'
  readonly jwksUrl: string
  readonly drills: readonly { readonly name: string; readonly code: string }[]
  readonly csrf: string
  readonly demo: DemoFacts | undefined
  readonly mayShowSecrets: boolean
  readonly version: number
  readonly drillFailed: boolean
}

/** What the demo tells the page, so that it can say how to begin. */
export interface DemoFacts {
  /** Where the third-party app is. */
  readonly appUrl: string
  /** How the job is started in a terminal. */
  readonly jobCommand: string
  readonly username: string
}

/** The address of the page with something else selected. */
export function addressOf(selection: Selection, changes: Partial<Selection>): string {
  const next = { ...selection, ...changes }
  const query = new URLSearchParams()
  query.set('kind', next.kind)
  if (next.flowId !== undefined) query.set('flow', next.flowId)
  if (next.letter !== undefined) query.set('step', next.letter)
  if (next.messageId !== undefined) query.set('m', next.messageId)
  if (next.raw) query.set('raw', '1')
  if (next.guided) query.set('guided', '1')

  return `/inspector?${query}`
}
