import type { Ports } from '../ports/ports.ts'
import { skeletonOf } from '../protocol/look-alike.ts'

/**
 * Whose name this one can be taken for: that of an app which the operator reviewed, or the server's own (attack rows
 * RG-03, RG-09).
 */
export async function findLookAlike(name: string, { store, settings }: Ports): Promise<string | undefined> {
  const skeleton = skeletonOf(name)
  if (skeleton === skeletonOf(settings.productName)) return settings.productName

  return (await store.findReviewedByName(skeleton))?.name
}
