const p = 2n ** 255n - 19n
const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n

/** `y` of the eight points whose order divides 8: with such a key a signature can be made without any private key. */
const smallOrderY = new Set([
  0n,
  1n,
  p - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
])

/**
 * True for the canonical encoding of a point on edwards25519 that is not of small order. `node:crypto` takes any 32
 * octets as an Ed25519 public key, so this is checked when a key is imported (attack row JW-13).
 *
 * @see RFC 8032 section 5.1.3
 */
export function isStrongEd25519Point(encoded: Uint8Array): boolean {
  if (encoded.length !== 32) return false

  const y = BigInt(`0x${Buffer.from(encoded).reverse().toString('hex')}`) & (2n ** 255n - 1n)
  if (y >= p || smallOrderY.has(y)) return false

  return isOnCurve(y)
}

/** On the curve `x² = (y² - 1) / (d·y² + 1)`, so the right side must be a square modulo p; u/v is one just when u·v is. */
function isOnCurve(y: bigint): boolean {
  const ySquared = (y * y) % p
  const product = ((ySquared - 1n + p) * (d * ySquared + 1n)) % p

  return power(product, (p - 1n) / 2n) === 1n
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % p
    square = (square * square) % p
  }
  return result
}
