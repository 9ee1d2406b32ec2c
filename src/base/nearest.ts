/**
 * What was probably meant: the candidate with the fewest changed, missing, added or swapped characters, if these are
 * few for its length. For the errors that ask "did you mean".
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let fewest = Infinity
  for (const candidate of candidates) {
    const distance = editDistance(word.slice(0, 100).toLowerCase(), candidate.toLowerCase())
    if (distance < fewest && distance <= Math.max(1, Math.floor(candidate.length / 3))) {
      fewest = distance
      best = candidate
    }
  }

  return best
}

/** Restricted Damerau-Levenshtein distance; three rows are enough. */
function editDistance(left: string, right: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, at) => at)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1
      const changed = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + cost)
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      current.push(swapped ? Math.min(changed, beforeLast[column - 2]! + 1) : changed)
    }
    beforeLast = last
    last = current
  }

  return last[right.length]!
}
