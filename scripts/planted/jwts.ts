import type { PlantedFault } from './fault.ts'

export const jwts: readonly PlantedFault[] = [
  {
    ids: ['JW-01', 'JW-02'],
    file: 'src/jose/jws.ts',
    find: "return key === undefined ? refuse('signature_wrong') : accept(key)",
    replace: 'return accept(key ?? candidates[0]!)',
    tests: ['src/jose/attacks.test.ts'],
  },
  {
    ids: ['JW-03'],
    file: 'src/guard/fetch-json.ts',
    find: "redirect: 'error'",
    replace: "redirect: 'follow'",
    tests: ['src/guard/fetch-json.test.ts'],
  },
  {
    ids: ['JW-04'],
    file: 'src/jose/jws.ts',
    find: 'const named = kid === undefined ? keys : keys.filter((each) => each.kid === kid)',
    replace: 'const named = keys',
    tests: ['src/jose/attacks.test.ts', 'src/jose/jws.test.ts'],
  },
  {
    ids: ['JW-06'],
    file: 'src/jose/jws.ts',
    find: 'if (signature.length !== (signatureLength ?? modulusLength(key))) return false',
    replace: 'if (signature[0] === 0x30) return verify(digest, data, key, signature)',
    tests: ['src/jose/jws.test.ts'],
  },
  {
    ids: ['JW-07'],
    file: 'src/jose/jwt.ts',
    find: "if (!isOfType(jws.value.header.typ, rules.typ)) return refuse('type_wrong')",
    replace: '',
    tests: ['src/token-kinds.test.ts', 'src/guard/jwt-reader.test.ts'],
  },
  {
    ids: ['JW-09', 'RAR-2-01'],
    file: 'src/base/strict-json.ts',
    find: "return isUnambiguous(text) ? accept(value) : refuse('json_malformed')",
    replace: 'return accept(value)',
    tests: ['src/base/strict-json.test.ts'],
  },
  {
    ids: ['JW-10'],
    file: 'src/base/strict-json.ts',
    find: "return isJsonObject(value.value) ? accept(value.value) : refuse('json_malformed')",
    replace: 'return accept(value.value as JsonObject)',
    tests: ['src/base/strict-json.test.ts'],
  },
  {
    ids: ['JW-12'],
    file: 'src/jose/jwt.ts',
    find: "if (exp === undefined) return refuse('claim_missing')",
    replace: '',
    tests: ['src/jose/jwt.test.ts'],
  },
]

export const resources: readonly PlantedFault[] = [
  {
    ids: ['RS-06'],
    file: 'src/guard/introspection-reader.ts',
    find: 'answer === undefined ? unavailable : judge(answer, rules, now)',
    replace: 'judge(answer ?? { active: true, sub: "a", client_id: "b", aud: rules.resource, exp: 1e11 }, rules, now)',
    tests: ['src/guard/introspection-reader.test.ts'],
  },
  {
    ids: ['RS-01'],
    file: 'src/jose/jwt.ts',
    find: "if (rules.audience !== undefined && !audiences(aud).includes(rules.audience)) return refuse('audience_wrong')",
    replace: '',
    tests: ['src/guard/jwt-reader.test.ts'],
  },
  {
    ids: ['RS-02'],
    file: 'src/guard/jwt-reader.ts',
    find: "typ: ['at+jwt'] })",
    replace: "typ: ['at+jwt', 'JWT', undefined] })",
    tests: ['src/guard/jwt-reader.test.ts'],
  },
]
