/** Microseconds of processor time for each request that Hufu must not need more than, where the bare server needs 20. */
export const limits: Readonly<Record<string, number>> = {
  W1: 95,
  W1o: 60,
  W2: 100,
  W3: 125,
  W4: 60,
  W5: 65,
  W6: 18,
  'W7 first': 75,
  'W7 repeated': 5,
}

/** What the bare server needs on the machine that the limits were made on; for W6, and for one ES256 verification, too. */
export const bareOf: Readonly<Record<string, number>> = { W6: 15, 'W7 first': 65 }
export const barePost = 20
