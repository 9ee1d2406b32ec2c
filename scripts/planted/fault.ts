/** A defence taken out of the source, and the tests that have to notice. */
export interface PlantedFault {
  /** Rows whose defence it is; a test that names one of them has to fail. */
  readonly ids: readonly string[]
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
  readonly tests: readonly string[]
}
