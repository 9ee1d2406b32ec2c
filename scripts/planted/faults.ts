import type { PlantedFault } from './fault.ts'

const redirectUri = 'src/protocol/redirect-uri.ts'
const redirectUriTests = ['src/protocol/redirect-uri.test.ts']
const authorize = 'src/protocol/authorize.ts'

const redirects: readonly PlantedFault[] = [
  {
    ids: ['RU-01'],
    file: authorize,
    find: "return to === undefined ? because('redirect_uri_unregistered') : accept({ to, wasSent: true })",
    replace: 'return accept({ to: (to ?? sent) as RedirectUri, wasSent: true })',
    tests: ['e2e/protocol/authorize/redirect-uri.test.ts'],
  },
  {
    ids: ['RU-02', 'RU-03', 'RU-04', 'RU-05'],
    file: redirectUri,
    find: 'if (registered.includes(sent as RegisteredRedirectUri)) return sent as string as RedirectUri',
    replace:
      'if (registered.some((each) => sent.toLowerCase().startsWith(each.toLowerCase().slice(0, 20)))) return sent as string as RedirectUri',
    tests: redirectUriTests,
  },
  {
    ids: ['RU-06'],
    file: redirectUri,
    find: "  if (!parsed.protocol.includes('.'))\n    return refuse('a private-use scheme is a reversed domain name, as com.example.app')\n",
    replace: '',
    tests: [...redirectUriTests, 'src/protocol/client-metadata.test.ts'],
  },
  {
    ids: ['RU-07'],
    file: authorize,
    find: "if (parameters.isRepeated('redirect_uri') || parameters.isMalformed('redirect_uri'))",
    replace: "if (parameters.isMalformed('redirect_uri'))",
    tests: ['e2e/protocol/authorize/redirect-uri.test.ts'],
  },
  {
    ids: ['RU-09'],
    file: redirectUri,
    find: "return `${parts[1]}${parts[3] ?? ''}`",
    replace: "return parts[3] ?? ''",
    tests: redirectUriTests,
  },
]

const responses: readonly PlantedFault[] = [
  {
    ids: ['AZ-02'],
    file: authorize,
    find: "if (responseType !== 'code') return because('response_type_unsupported')",
    replace: '',
    tests: ['e2e/protocol/authorize/request.test.ts'],
  },
  {
    ids: ['RQ-03'],
    file: authorize,
    find: "if (parameters.get('request_uri') !== undefined) return because('request_uri_unsupported')",
    replace: '',
    tests: ['e2e/protocol/pushed/visit.test.ts'],
  },
  {
    ids: ['PK-01'],
    file: 'src/protocol/pkce.ts',
    find: "if (raw === undefined) return because('challenge_missing')",
    replace: 'if (raw === undefined) return accept(undefined as unknown as Challenge)',
    tests: ['e2e/protocol/authorize/request.test.ts'],
  },
  {
    ids: ['PK-04'],
    file: 'src/protocol/pkce.ts',
    find: "if (method !== 'S256') return because('challenge_method_unsupported')",
    replace: '',
    tests: ['src/protocol/pkce.test.ts'],
  },
  {
    ids: ['PK-02'],
    file: 'src/grants/authorization-code.ts',
    find: "if (request.verifier === undefined) return refuseToken('verifier_missing', burn(code))",
    replace: '',
    tests: ['e2e/protocol/token/code.test.ts'],
  },
]

const codes: readonly PlantedFault[] = [
  {
    ids: ['CD-01', 'CD-02'],
    file: 'src/store/sqlite/codes.ts',
    find: 'WHERE id = ? AND redeemed_at IS NULL AND burned_at IS NULL\n  `)\n  const markBurned',
    replace: 'WHERE id = ? AND burned_at IS NULL\n  `)\n  const markBurned',
    tests: ['e2e/protocol/token/races.test.ts'],
  },
  {
    ids: ['CD-01'],
    file: 'src/grants/authorization-code.ts',
    find: 'if (code.redeemedAt !== undefined) return decideReplay(request, code)',
    replace: "if (code.redeemedAt !== undefined) return refuseToken('code_unknown')",
    tests: ['e2e/protocol/token/code.test.ts'],
  },
  {
    ids: ['CD-04'],
    file: 'src/grants/authorization-code.ts',
    find: "if (code.clientId !== client.id) return refuseToken('code_of_another_client', burnBy(client, code))",
    replace: '',
    tests: ['src/grants/authorization-code.test.ts'],
  },
]

const refreshing: readonly PlantedFault[] = [
  {
    ids: ['RT-01', 'RT-05'],
    file: 'src/grants/refresh-token.ts',
    find: "? 'retry' : 'reuse'",
    replace: "? 'retry' : 'unknown'",
    tests: ['src/grants/refresh-token.test.ts'],
  },
  {
    ids: ['RT-02'],
    file: 'src/store/sqlite/authorizations.ts',
    find: 'WHERE id = ? AND generation = ? AND revoked_at IS NULL',
    replace: 'WHERE id = ? AND ? > 0 AND revoked_at IS NULL',
    tests: ['e2e/protocol/token/races.test.ts'],
  },
  {
    ids: ['RT-06'],
    file: 'src/grants/refresh-token.ts',
    find: 'if (generation === chain.generation) return',
    replace: 'if (generation <= chain.generation) return',
    tests: ['e2e/protocol/token/refresh.test.ts'],
  },
  {
    ids: ['RT-07'],
    file: 'src/grants/refresh-token.ts',
    find: "if (authorization.clientId !== client.id) return refuseToken('refresh_token_of_another_client')",
    replace: '',
    tests: ['src/grants/refresh-token.test.ts', 'e2e/protocol/token/refresh.test.ts'],
  },
  {
    ids: ['RT-15'],
    file: 'src/store/sqlite/authorizations.ts',
    find: 'WHERE id = ? AND generation = ? AND revoked_at IS NULL',
    replace: 'WHERE id = ? AND generation = ?',
    tests: ['e2e/protocol/token/races.test.ts', 'src/store/sqlite/store.test.ts'],
  },
]

const clients: readonly PlantedFault[] = [
  {
    ids: ['CA-02'],
    file: 'src/client-auth/authenticate.ts',
    find: "if (client.authMethod !== presented.value.method) return refuse('client_method_wrong', client.id)",
    replace: '',
    tests: ['e2e/protocol/token/client-authentication.test.ts'],
  },
  {
    ids: ['CA-04'],
    file: 'src/client-auth/client-secret.ts',
    find: '.includes(true)',
    replace: '.every(Boolean)',
    tests: ['src/client-auth/client-secret.test.ts'],
  },
  {
    ids: ['CA-05'],
    file: 'src/client-auth/private-key-jwt.ts',
    find: "if (typeof aud !== 'string') return refuse('audience_not_single')",
    replace: '',
    tests: ['src/client-auth/private-key-jwt.test.ts'],
  },
  {
    ids: ['CA-06'],
    file: 'src/client-auth/authenticate.ts',
    find: "return first ? accept(known) : refuse('client_assertion_replayed', known.id)",
    replace: 'return accept(first ? known : known)',
    tests: ['src/server/client-assertion.test.ts'],
  },
]

const jwts: readonly PlantedFault[] = [
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
    find: 'if (signatureLength !== undefined && signature.length !== signatureLength) return false',
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
    ids: ['JW-10'],
    file: 'src/jose/strict-json.ts',
    find: "if (!isJsonObject(value) || !isUnambiguous(text)) return refuse('json_malformed')",
    replace: '',
    tests: ['src/jose/strict-json.test.ts'],
  },
  {
    ids: ['JW-12'],
    file: 'src/jose/jwt.ts',
    find: "if (exp === undefined) return refuse('claim_missing')",
    replace: '',
    tests: ['src/jose/jwt.test.ts'],
  },
]

const setUp: readonly PlantedFault[] = [
  {
    ids: ['AD-07'],
    file: 'src/cli/commands/start.ts',
    find: 'if (unsafe.length > 0) return failed(...unsafe)',
    replace: '',
    tests: ['src/cli/servers.test.ts'],
  },
]

const people: readonly PlantedFault[] = [
  {
    ids: ['UI-01'],
    file: 'src/endpoints/browser.ts',
    find: "return isSameSite(request, ports) && isSameSecret(sent ?? '', expected)",
    replace: 'return true',
    tests: ['e2e/protocol/authorize/interaction.test.ts'],
  },
  {
    ids: ['UI-03'],
    file: 'src/http/cookies.ts',
    find: 'return found.length === 1 ? found[0]',
    replace: 'return found.length >= 1 ? found[0]',
    tests: ['src/http/cookies.test.ts'],
  },
  {
    ids: ['UI-12'],
    file: authorize,
    find: "if (client.type === 'public' && !provesIdentity(",
    replace: "if (client.type !== 'public' && !provesIdentity(",
    tests: ['src/protocol/authorize.test.ts'],
  },
  {
    ids: ['UI-14', 'AZ-11'],
    file: 'src/endpoints/interaction.ts',
    find: '        transaction.browserHash !== browser.hash ||\n',
    replace: '',
    tests: ['e2e/protocol/authorize/interaction.test.ts'],
  },
  {
    ids: ['UI-11'],
    file: 'src/endpoints/consent.ts',
    find: 'const scope = request.scope.filter((name) => !isLeftOut(name)) as readonly string[] as Scope',
    replace: 'const scope = union(request.scope, ticked as Scope)',
    tests: ['e2e/protocol/authorize/interaction.test.ts'],
  },
]

const resources: readonly PlantedFault[] = [
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

const secrets: readonly PlantedFault[] = [
  {
    ids: ['LG-02'],
    file: 'src/accounts/browser-session.ts',
    find: 'const idOf = (cookie: string) => hashSecret(cookie) as SessionId',
    replace: "const idOf = (cookie: string) => Buffer.from(cookie, 'base64url').toString('hex') as SessionId",
    tests: ['src/accounts/browser-session.test.ts', 'e2e/protocol/token/database-leak.test.ts'],
  },
  {
    ids: ['IN-09'],
    file: 'src/keys/open-key.ts',
    find: "const jwk = { ...(createPublicKey(key).export({ format: 'jwk' }) as JsonObject), kid, alg, use: 'sig' }",
    replace: "const jwk = { ...(key.export({ format: 'jwk' }) as JsonObject), kid, alg, use: 'sig' }",
    tests: ['e2e/protocol/token/cross-origin.test.ts', 'e2e/protocol/authorize/discovery.test.ts'],
  },
]

const apps: readonly PlantedFault[] = [
  {
    ids: ['CL-01'],
    file: 'examples/shop-analytics/sessions.ts',
    find: 'const login = state === undefined ? undefined : session?.pending.get(state)',
    replace: 'const login = [...(session?.pending.values() ?? [])][0]',
    tests: ['examples/shop-analytics/shop-analytics.test.ts'],
  },
  {
    ids: ['CL-02'],
    file: 'examples/shop-analytics/shop.ts',
    find: "if (endpoints.some(isElsewhere)) throw new UntrustedServer('an endpoint is missing or on another host')",
    replace: '',
    tests: ['examples/shop-analytics/shop-analytics.test.ts'],
  },
]

const exchangeTests = ['e2e/protocol/exchange/exchange.test.ts', 'src/grants/token-exchange.test.ts']

const exchanges: readonly PlantedFault[] = [
  {
    ids: ['GR-04'],
    file: 'src/grants/token-exchange.ts',
    find: "if (!live) return because('subject_token_ended')",
    replace: '',
    tests: exchangeTests,
  },
  {
    ids: ['GR-04'],
    file: 'src/grants/token-exchange.ts',
    find: "if (!exchange.isRightlyHeld(token, client)) return because('subject_token_foreign')",
    replace: '',
    tests: exchangeTests,
  },
  {
    ids: ['GR-05'],
    file: 'src/protocol/token-exchange.ts',
    find: 'intersect(intersect(token.scope, resource.scope), client.scope)',
    replace: 'intersect(resource.scope, client.scope)',
    tests: exchangeTests,
  },
  {
    ids: ['GR-05'],
    file: 'src/grants/token-exchange.ts',
    find: 'Math.min(usual, Math.floor((end - now) / 1000))',
    replace: 'usual',
    tests: exchangeTests,
  },
  {
    ids: ['GR-05', 'TX-4.1-01'],
    file: 'src/protocol/token-exchange.ts',
    find: 'return before === undefined ? actor : { ...actor, act: before }',
    replace: 'return actor',
    tests: exchangeTests,
  },
  {
    ids: ['GR-05'],
    file: 'src/grants/token-exchange.ts',
    find: "if (ancestors.length > exchange.maxAncestors) return because('exchange_chain_too_long')",
    replace: '',
    tests: exchangeTests,
  },
  {
    ids: ['TX-5-02'],
    file: 'src/grants/token-exchange.ts',
    find: "isHeldBy(token.particulars.confirmation, confirmation) ? accept(token) : because('subject_token_bound')",
    replace: 'accept(token)',
    tests: exchangeTests,
  },
  {
    ids: ['TX-5-01'],
    file: 'src/grants/find-token.ts',
    find: 'for (const id of [token.id, ...(token.particulars.derivedFrom ?? [])])',
    replace: 'for (const id of [token.id])',
    tests: exchangeTests,
  },
  {
    ids: ['TX-4.4-01'],
    file: 'src/grants/token-exchange.ts',
    find: "if (!exchange.mayBeActor(subject.particulars.mayAct, acting)) return because('actor_not_allowed')",
    replace: '',
    tests: exchangeTests,
  },
]

const assertionTests = [
  'e2e/protocol/exchange/jwt-bearer.test.ts',
  'src/grants/jwt-bearer.test.ts',
  'src/store/contract/races.test.ts',
]

const assertions: readonly PlantedFault[] = [
  {
    ids: ['GR-06'],
    file: 'src/grants/assertion.ts',
    find: "if (typeof aud !== 'string' || !isShortText(sub)",
    replace: 'if (!isShortText(sub)',
    tests: assertionTests,
  },
  {
    ids: ['GR-06'],
    file: 'src/grants/assertion.ts',
    find: "if (notUnderstood.some((name) => claims[name] !== undefined)) return because('assertion_invalid')",
    replace: '',
    tests: assertionTests,
  },
  {
    ids: ['GR-06'],
    file: 'src/grants/assertion.ts',
    find: "if (cnf !== undefined && !isProved(cnf, confirmation)) return because('assertion_invalid')",
    replace: '',
    tests: assertionTests,
  },
  {
    ids: ['GR-06'],
    file: 'src/grants/assertion.ts',
    find: "if (clientId !== undefined && clientId !== client.id) return because('assertion_not_for_client')",
    replace: '',
    tests: assertionTests,
  },
  {
    ids: ['GR-06'],
    file: 'src/store/sqlite/index.ts',
    find: "if (what.kind === 'assertion' && once.use(what.key, what.expiresAt)) return { kind: 'done' }",
    replace: "if (what.kind === 'assertion') return { kind: 'done' }",
    tests: assertionTests,
  },
  {
    ids: ['GR-07'],
    file: 'src/server/trusted-issuers.ts',
    find: 'issuers.set(options.issuer, parsed.value)',
    replace:
      'issuers.set(options.issuer, { ...parsed.value, keys: [...issuers.values(), parsed.value].flatMap(({ keys }) => keys) })',
    tests: assertionTests,
  },
  {
    ids: ['JCA-3.1-01'],
    file: 'src/protocol/trusted-issuer.ts',
    find: 'issuer.clients.includes(client.id)',
    replace: '(issuer.clients.includes(client.id) || true)',
    tests: assertionTests,
  },
]

/** By what they take out. Each is a defence that nothing else stands in for. */
export const plantedFaults: readonly PlantedFault[] = [
  ...redirects,
  ...responses,
  ...codes,
  ...refreshing,
  ...clients,
  ...exchanges,
  ...assertions,
  ...jwts,
  ...people,
  ...resources,
  ...secrets,
  ...apps,
  ...setUp,
]
