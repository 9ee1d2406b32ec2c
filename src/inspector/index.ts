/** The flow inspector: plug its `handle` and `observe` into the server, its taps into the other parties. */
export { createInspector, type Inspector } from './inspector.ts'
export type { InspectorOptions } from './options.ts'
export type { DrillReport, DrillRunner } from './drill-desk.ts'
export type { Exchange } from '../http/message.ts'
export type { GuardDecision, RemoteExchange } from './message.ts'
export type { ClientFacts, DemoFacts } from './view/page-model.ts'
export { tapFetch } from './tap-fetch.ts'
