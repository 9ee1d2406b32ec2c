/** A whole number from the least to the most. */
export const isWhole = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most
