import { StoreUnavailable } from '../../ports/store.ts'

/** The same, or {@link StoreUnavailable} if it is not there by then; what was begun goes on for the others. */
export async function inTime<Value>(pending: Promise<Value>, deadline: number): Promise<Value> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new StoreUnavailable('PostgreSQL did not answer in time')),
    deadline - performance.now(),
  )
  try {
    return await Promise.race([pending, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
