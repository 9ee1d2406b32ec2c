import type { Store } from '../../ports/store.ts'

/** One or more connections to one fresh, empty database. Whoever asks for them closes them. */
export type OpenStores = () => Promise<readonly [Store, ...Store[]]>

/** `test` of node:test, or something that collects what is registered. */
export type Register = (title: string, run: () => Promise<void>) => unknown

export interface Suite {
  readonly name: string
  readonly open: OpenStores
  readonly test: Register
}

export interface World {
  readonly store: Store
  /** The connections in turn, so that concurrent calls come from all of them. */
  readonly each: (index: number) => Store
}

/** Opens the stores for one test and closes them, whatever happens. */
export const within = (open: OpenStores, run: (world: World) => Promise<void>) => async () => {
  const stores = await open()
  try {
    await run({ store: stores[0], each: (index) => stores[index % stores.length] ?? stores[0] })
  } finally {
    await Promise.all(stores.map((store) => store.close()))
  }
}

/** Calls at once, from 0 on, and gives all the answers. */
export const atOnce = <Answer>(count: number, call: (index: number) => Promise<Answer>) =>
  Promise.all(Array.from({ length: count }, (_, index) => call(index)))

export const countOf = <Value>(values: readonly Value[], isOne: (value: Value) => boolean) =>
  values.filter(isOne).length
