import { createPrivateKey, createPublicKey, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { signJws, type SigningKey } from '../jose/jws.ts'

/** What a JWT that the verifier accepts is made of; each attack changes one thing about it. */
export interface HonestToken {
  readonly typ: string
  /** With `iss`, `sub`, `aud`, `exp` and `iat`, which all attacks on claims start from. */
  readonly claims: Readonly<Record<string, unknown>>
  /** An ES256 key with a `kid` whose public half the verifier trusts. */
  readonly key: SigningKey
  /** Seconds since 1970 at the verifier. */
  readonly now: number
}

export interface JoseAttack {
  /** A row of the attack table. */
  readonly id: `JW-${string}`
  readonly what: string
  /** To be refused. */
  readonly token: string
}

/** Proof that the attacks fail for their own sake: this one is accepted. */
export const honestJwt = ({ typ, claims, key }: HonestToken) => signJws({ typ }, claims, key)

/**
 * The ways in which JWT verifiers have been deceived, as tokens: a verifier refuses every one. Each is built from
 * `honest`, so the same list serves every verifier. What only a set of keys can show is not among them.
 */
export function joseAttacks(honest: HonestToken): readonly JoseAttack[] {
  return [
    ...unsigned(honest),
    ...confusedKeys(honest),
    ...headers(honest),
    ...signatures(honest),
    ...kinds(honest),
    ...encrypted(honest),
    ...sizes(honest),
    ...claims(honest),
    ...encodings(honest),
  ]
}

function unsigned(honest: HonestToken): JoseAttack[] {
  const body = encode(honest.claims)
  const empty = [{ alg: 'none' }, { alg: 'None' }, { alg: 'nOnE' }, { alg: '' }, {}, { alg: null }, { alg: ['ES256'] }]

  return [
    ...empty.map((alg) => {
      return attack(
        'JW-01',
        `${JSON.stringify(alg)} without a signature`,
        `${encode({ ...header(honest), ...alg })}.${body}.`,
      )
    }),
    attack(
      'JW-01',
      'alg none with the signature kept',
      `${encode({ ...header(honest), alg: 'none' })}.${restOf(honest)}`,
    ),
    attack('JW-01', 'the signature left out', honestJwt(honest).replace(/[^.]*$/, '')),
  ]
}

/** The public key as the secret of an HMAC, in every form it is published in. */
function confusedKeys(honest: HonestToken): JoseAttack[] {
  const publicKey = createPublicKey(honest.key.key)
  const jwk = publicKey.export({ format: 'jwk' })
  const secrets = {
    PEM: publicKey.export({ format: 'pem', type: 'spki' }),
    DER: publicKey.export({ format: 'der', type: 'spki' }),
    'JWK text': JSON.stringify(jwk),
    coordinate: Buffer.from(String(jwk.x), 'base64url'),
    nothing: '',
  }
  const input = `${encode({ ...header(honest), alg: 'HS256' })}.${encode(honest.claims)}`

  return Object.entries(secrets).map(([name, secret]) => {
    return attack(
      'JW-02',
      `HS256 keyed with ${name}`,
      `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`,
    )
  })
}

function headers(honest: HonestToken): JoseAttack[] {
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = stranger.publicKey.export({ format: 'jwk' })
  const foreign = { kid: honest.key.kid, alg: 'ES256', key: stranger.privateKey } as const
  const withHeader = (extra: object) => signJws({ typ: honest.typ, ...extra }, honest.claims, honest.key)
  const withKid = (kid: unknown) => compact({ ...header(honest), kid }, honest.claims, honest.key)
  const planted = {
    jwk,
    jku: 'http://127.0.0.1:9/jwks.json',
    x5u: 'http://127.0.0.1:9/chain.pem',
    x5c: ['MIIBszCCAVmgAwIBAgIUZQ=='],
  }
  const kids = ['../../dev/null', "' or 1=1 --", '\0', 'x'.repeat(100 * 1024), '', { toString: 'x' }, ['k'], 7, null]

  return [
    ...Object.entries(planted).map(([name, value]) =>
      attack(
        'JW-03',
        `a key of the attacker in ${name}`,
        signJws({ typ: honest.typ, [name]: value }, honest.claims, foreign),
      ),
    ),
    attack('JW-03', 'a key of the attacker under a trusted kid', signJws({ typ: honest.typ }, honest.claims, foreign)),
    attack(
      'JW-03',
      'a key of the attacker in jwk without a kid',
      compact({ alg: 'ES256', typ: honest.typ, jwk }, honest.claims, foreign),
    ),
    ...kids.map((kid) => attack('JW-04', `kid ${JSON.stringify(kid).slice(0, 24)}`, withKid(kid))),
    ...[['x'], [], ['alg'], ['exp'], 'x', {}].map((crit) =>
      attack('JW-05', `crit ${JSON.stringify(crit)}`, withHeader({ crit, x: 1, exp: 1 })),
    ),
    attack('JW-05', 'b64 false', withHeader({ b64: false, crit: ['b64'] })),
    attack('JW-05', 'b64 false without crit', withHeader({ b64: false })),
    ...['ES256K', 'ES384', 'ES512', 'RS1', 'RS256', 'PS256', 'EdDSA', 'Ed25519', 'es256', 'HS256', 'dir'].map((alg) =>
      attack('JW-13', `a header that says ${alg}`, compact({ ...header(honest), alg }, honest.claims, honest.key)),
    ),
  ]
}

function signatures(honest: HonestToken): JoseAttack[] {
  const input = honestJwt(honest).split('.').slice(0, 2).join('.')
  const good = Buffer.from(honestJwt(honest).split('.')[2]!, 'base64url')
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
  const zero = Buffer.alloc(32)
  const bad = {
    'r and s zero': Buffer.alloc(64),
    'r zero': Buffer.concat([zero, good.subarray(32)]),
    's zero': Buffer.concat([good.subarray(0, 32), zero]),
    'r and s the order of the curve': Buffer.concat([order, order]),
    'in DER': sign('sha256', Buffer.from(input), { key: honest.key.key, dsaEncoding: 'der' }),
    'one octet too long': Buffer.concat([good, Buffer.alloc(1)]),
    'one octet too short': good.subarray(0, 63),
    'r and s padded by an octet': Buffer.concat([
      Buffer.alloc(1),
      good.subarray(0, 32),
      Buffer.alloc(1),
      good.subarray(32),
    ]),
    'one bit changed': Buffer.from(good.map((octet, index) => (index === 40 ? octet ^ 1 : octet))),
    'a kilobyte': Buffer.alloc(1024, 1),
  }
  const swapped = honestJwt({ ...honest, claims: { ...honest.claims, sub: 'another' } }).split('.')

  return [
    ...Object.entries(bad).map(([name, value]) =>
      attack('JW-06', `a signature ${name}`, `${input}.${value.toString('base64url')}`),
    ),
    attack('JW-06', 'a signature of other claims', `${input}.${swapped[2]}`),
  ]
}

const typesOfKinds = [
  'at+jwt',
  'client-authentication+jwt',
  'dpop+jwt',
  'logout+jwt',
  'oauth-authz-req+jwt',
  'oauth-id-jag+jwt',
  'secevent+jwt',
  'statuslist+jwt',
  'token-introspection+jwt',
]

function kinds(honest: HonestToken): JoseAttack[] {
  const others = typesOfKinds.filter((typ) => typ !== honest.typ)

  return [...others, '', `${honest.typ} `, `text/${honest.typ}`, `application/application/${honest.typ}`].map((typ) =>
    attack('JW-07', `typ ${JSON.stringify(typ)}`, signJws({ typ }, honest.claims, honest.key)),
  )
}

/** Five parts, and what hides in them: there is no decryption here, so none may begin. */
function encrypted(honest: HonestToken): JoseAttack[] {
  const jwe = (protectedHeader: object) => `${encode(protectedHeader)}.QUFB.QUFB.QUFB.QUFB`
  const nested = (payload: string) =>
    signRaw(encode(header(honest)), Buffer.from(payload).toString('base64url'), honest.key)

  return [
    attack('JW-08', 'a compressed JWE', jwe({ alg: 'dir', enc: 'A128GCM', zip: 'DEF' })),
    attack('JW-08', 'PBES2 of 10^9 rounds', jwe({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1e9, p2s: 'QUFB' })),
    attack('JW-08', 'an unknown enc', jwe({ alg: 'dir', enc: 'XYZ' })),
    attack('JW-08', 'RSA1_5', jwe({ alg: 'RSA1_5', enc: 'A128GCM' })),
    attack(
      'JW-08',
      'PBES2 in three parts',
      compact({ alg: 'PBES2-HS256+A128KW', p2c: 1e9 }, honest.claims, honest.key),
    ),
    attack('JW-10', 'a JWT within a JWS', nested(honestJwt(honest))),
    attack('JW-10', 'an unsigned JWT within a JWE', jwe({ alg: 'dir', enc: 'A128GCM', cty: 'JWT' })),
    attack('JW-10', 'an array of claims', nested(JSON.stringify([honest.claims]))),
    attack('JW-10', 'no claims at all', nested('')),
    attack('JW-10', 'claims that are null', nested('null')),
  ]
}

function sizes(honest: HonestToken): JoseAttack[] {
  const raw = (rawHeader: string, rawClaims: string) =>
    signRaw(toBase64Url(rawHeader), toBase64Url(rawClaims), honest.key)
  const [head, body] = [JSON.stringify(header(honest)), JSON.stringify(honest.claims)]
  const doubled = (text: string, member: string) => `${text.slice(0, -1)},${member}}`
  const deep = (levels: number) => doubled(body, `"deep":${'['.repeat(levels)}${']'.repeat(levels)}`)

  return [
    attack('JW-09', 'a mebibyte of dots', '.'.repeat(1 << 20)),
    attack('JW-09', 'a header of 200 KiB', raw(doubled(head, `"pad":"${'x'.repeat(200 * 1024)}"`), body)),
    attack('JW-09', 'claims of 200 KiB', raw(head, doubled(body, `"pad":"${'x'.repeat(200 * 1024)}"`))),
    attack('JW-09', '10^4 nested arrays', raw(head, deep(10_000))),
    attack('JW-09', '5000 nested arrays, which is within the size', raw(head, deep(5000))),
    attack('JW-09', '17 nested levels', raw(head, deep(16))),
    attack('JW-09', 'alg twice', raw(doubled(head, '"alg":"ES256"'), body)),
    attack('JW-09', 'kid twice', raw(doubled(head, `"kid":${JSON.stringify(honest.key.kid)}`), body)),
    attack('JW-09', 'sub twice', raw(head, doubled(body, `"sub":${JSON.stringify(honest.claims['sub'])}`))),
    attack('JW-09', 'sub twice, once spelled with an escape', raw(head, doubled(body, '"s\\u0075b":"another"'))),
    attack('JW-09', 'a member twice further down', raw(head, doubled(body, '"cnf":{"jkt":"a","jkt":"b"}'))),
    attack('JW-09', 'two parts', honestJwt(honest).split('.').slice(0, 2).join('.')),
    attack('JW-09', 'four parts', `${honestJwt(honest)}.`),
    attack('JW-09', 'nothing', ''),
    attack('JW-09', 'two dots', '..'),
  ]
}

function claims(honest: HonestToken): JoseAttack[] {
  const { now } = honest
  const iss = String(honest.claims['iss'])
  const changed: Readonly<Record<string, Record<string, unknown>>> = {
    'exp as text': { exp: String(now + 60) },
    'exp 1e308': { exp: 1e308 },
    'exp negative': { exp: -1 },
    'exp null': { exp: null },
    'exp missing': { exp: undefined },
    'exp an hour ago': { exp: now - 3600 },
    'exp at the end of the year 10000': { exp: 253_402_300_800 },
    'nbf in an hour': { nbf: now + 3600 },
    'nbf as text': { nbf: '0' },
    'iat in an hour': { iat: now + 3600 },
    'iat as text': { iat: String(now) },
    'aud an object': { aud: { [String(honest.claims['aud'])]: true } },
    'aud with a number': { aud: [honest.claims['aud'], 1] },
    'aud an empty array': { aud: [] },
    'aud of 101': { aud: Array.from({ length: 101 }, () => honest.claims['aud']) },
    'aud missing': { aud: undefined },
    'aud foreign': { aud: 'https://elsewhere.example' },
    'aud with a slash': { aud: `${String(honest.claims['aud'])}/` },
    'iss with a slash': { iss: `${iss}/` },
    'iss in upper case': { iss: iss.toUpperCase() },
    'iss as an array': { iss: [iss] },
    'iss missing': { iss: undefined },
    'iss foreign': { iss: 'https://elsewhere.example' },
  }

  return Object.entries(changed).map(([name, value]) =>
    attack(
      name.startsWith('aud foreign') ? 'JW-12' : 'JW-11',
      name,
      honestJwt({ ...honest, claims: { ...honest.claims, ...value } }),
    ),
  )
}

function encodings(honest: HonestToken): JoseAttack[] {
  const [head, body, signature] = honestJwt(honest).split('.') as [string, string, string]
  const claimsText = JSON.stringify(honest.claims)
  const signed = (rawHeader: Uint8Array | string, rawClaims: Uint8Array | string) =>
    signRaw(toBase64Url(rawHeader), toBase64Url(rawClaims), honest.key)
  const latin1 = Buffer.from(`${claimsText.slice(0, -1)},"name":"\xe9"}`, 'latin1')

  return [
    attack(
      'JW-14',
      'a signature in standard base64',
      `${head}.${body}.${Buffer.from(signature, 'base64url').toString('base64')}`,
    ),
    attack('JW-14', 'padding after the signature', `${head}.${body}.${signature}==`),
    attack('JW-14', 'padding after the header', signRaw(`${head}=`, body, honest.key)),
    attack('JW-14', 'a space before', ` ${head}.${body}.${signature}`),
    attack('JW-14', 'a line end after', `${head}.${body}.${signature}\n`),
    attack('JW-14', 'a line end within', signRaw(`${head}`, `${body.slice(0, 8)}\n${body.slice(8)}`, honest.key)),
    attack('JW-14', 'trailing bits set', `${head}.${body}.${signature.slice(0, -1)}${nextLetter(signature.at(-1)!)}`),
    attack(
      'JW-14',
      'a byte order mark before the header',
      signed(`\uFEFF${JSON.stringify(header(honest))}`, claimsText),
    ),
    attack(
      'JW-14',
      'a byte order mark before the claims',
      signed(JSON.stringify(header(honest)), `\uFEFF${claimsText}`),
    ),
    attack(
      'JW-14',
      'a lone surrogate',
      signed(JSON.stringify(header(honest)), `${claimsText.slice(0, -1)},"name":"\\ud800"}`),
    ),
    attack(
      'JW-14',
      'a lone surrogate in a name',
      signed(JSON.stringify(header(honest)), `${claimsText.slice(0, -1)},"\\udfff":1}`),
    ),
    attack('JW-14', 'claims that are not UTF-8', signed(JSON.stringify(header(honest)), latin1)),
    attack('JW-14', 'JSON with a comment', signed(JSON.stringify(header(honest)), `${claimsText}//`)),
  ]
}

const attack = (id: JoseAttack['id'], what: string, token: string): JoseAttack => ({ id, what, token })

const header = ({ typ, key }: HonestToken) => ({ typ, alg: 'ES256', kid: key.kid })

/** Claims and signature of the honest token. */
const restOf = (honest: HonestToken) => honestJwt(honest).split('.').slice(1).join('.')

const toBase64Url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url')

const encode = (value: unknown) => toBase64Url(JSON.stringify(value))

const compact = (head: object, body: object, key: SigningKey) => signRaw(encode(head), encode(body), key)

/** A true ES256 signature over whatever the two parts are. */
function signRaw(head: string, body: string, { key }: SigningKey): string {
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' })

  return `${head}.${body}.${signature.toString('base64url')}`
}

/** 64 octets end in a letter of which four bits are free: this one sets the lowest of them. */
function nextLetter(letter: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

  return alphabet[alphabet.indexOf(letter) + 1]!
}

/** An ES256 key to attack with, the same in every run. */
export const attackKey: SigningKey = {
  kid: 'honest',
  alg: 'ES256',
  key: createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      // RFC 7515 appendix A.3.1
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
      d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
    },
  }),
}
