/** A sign-in by password: the one level there is yet. */
export const passwordAcr = 'urn:hufu:acr:pwd'

/** All levels (`acr`) that a sign-in here can reach. */
export const reachableAcrs: readonly string[] = [passwordAcr]

/** The means of a sign-in by password (RFC 8176 section 2). */
export const passwordMeans: readonly string[] = ['pwd']

/** The level that a sign-in by these means (`amr`) has reached. */
export const acrOf = (_means: readonly string[]): string => passwordAcr
