import type { ErrorId } from './error-ids.ts'

const authorize = `https://auth.example.com/authorize
  ?response_type=code
  &client_id=shop-analytics
  &redirect_uri=https%3A%2F%2Fanalytics.example.com%2Fcallback
  &scope=orders%3Aread
  &state=af0ifjsldkj
  &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
  &code_challenge_method=S256`

const push = `curl https://auth.example.com/par \\
  -u "$CLIENT_ID:$CLIENT_SECRET" \\
  -d response_type=code \\
  --data-urlencode redirect_uri=https://analytics.example.com/callback \\
  -d scope=orders:read \\
  -d state="$STATE" \\
  -d code_challenge="$CODE_CHALLENGE" \\
  -d code_challenge_method=S256`

const pushed = `${push}

https://auth.example.com/authorize
  ?client_id=shop-analytics
  &request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A6esc_11ACC5bwc014ltc14eY22c1pM8S3kvYbKOd5Wk`

const token = (...lines: readonly string[]) => `curl https://auth.example.com/token \\\n  ${lines.join(' \\\n  ')}`

const basic = `-u "$CLIENT_ID:$CLIENT_SECRET"`

const detailed = `authorization_details=[{
  "type": "payment",
  "amount": "49.90",
  "currency": "EUR",
  "payee": "Lumen Data Ltd"
}]`

const redeem = token(
  basic,
  '-d grant_type=authorization_code',
  '-d code="$CODE"',
  '--data-urlencode code_verifier="$CODE_VERIFIER"',
)

const begin = `curl https://auth.example.com/device_authorization \\
  -d client_id=notes-tv \\
  -d scope=orders:read`

const poll = token(
  '-d client_id=notes-tv',
  '-d grant_type=urn:ietf:params:oauth:grant-type:device_code',
  '-d device_code="$DEVICE_CODE"',
)

const refresh = token(basic, '-d grant_type=refresh_token', '-d refresh_token="$REFRESH_TOKEN"')

const bound = token(basic, '-H "DPoP: $PROOF"', '-d grant_type=refresh_token', '-d refresh_token="$REFRESH_TOKEN"')

const proof = `{ "typ": "dpop+jwt", "alg": "ES256", "jwk": { "kty": "EC", "crv": "P-256", "x": "…", "y": "…" } }
{
  "jti": "-BwC3ESc6acc2lTc",
  "htm": "POST",
  "htu": "https://auth.example.com/token",
  "iat": 1800000000,
  "nonce": "the value of DPoP-Nonce, if one came"
}`

const clientCredentials = token(basic, '-d grant_type=client_credentials', '-d scope=orders:stats')

const exchange = token(
  basic,
  '-d grant_type=urn:ietf:params:oauth:grant-type:token-exchange',
  '-d subject_token="$ACCESS_TOKEN"',
  '-d subject_token_type=urn:ietf:params:oauth:token-type:access_token',
  '--data-urlencode resource=https://bills.example.com',
)

const assertion = token(basic, '-d grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer', '-d assertion="$ASSERTION"')

const trusted = `"trustedIssuers": [
  {
    "issuer": "https://idp.example.com",
    "jwksUri": "https://idp.example.com/jwks.json",
    "clients": ["shop-analytics"],
    "subject": "username",
    "scopes": ["orders:read"],
    "resources": ["https://orders.example.com"]
  }
]`

const ownGrant = token(basic, '-d grant_type=https://shop.example/grants/receipt', '-d receipt="$RECEIPT_NUMBER"')

const exchangeRule = `{
  "client_id": "order-api",
  "grant_types": ["urn:ietf:params:oauth:grant-type:token-exchange"],
  "scope": "bills:read",
  "hufu_resources": ["https://orders.example.com"],
  "hufu_token_exchange": [{ "from": ["shop-analytics"], "to": "https://bills.example.com", "kind": "delegation" }]
}`

const revoke = `curl https://auth.example.com/revoke \\\n  ${basic} \\\n  -d token="$REFRESH_TOKEN"`

const halves = `CODE_VERIFIER=$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')
CODE_CHALLENGE=$(printf %s "$CODE_VERIFIER" | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '=')`

const call = 'curl https://api.example.com/orders \\\n  -H "Authorization: Bearer $ACCESS_TOKEN"'

const endSession = `https://auth.example.com/end-session
  ?id_token_hint=$ID_TOKEN
  &post_logout_redirect_uri=https%3A%2F%2Fanalytics.example.com%2Fsigned-out
  &state=af0ifjsldkj`

const registeredReturn = `{
  "client_id": "shop-analytics",
  "post_logout_redirect_uris": ["https://analytics.example.com/signed-out"]
}`

const userInfo = 'curl https://auth.example.com/userinfo \\\n  -H "Authorization: Bearer $ACCESS_TOKEN"'

const boundCall =
  'curl https://api.example.com/orders \\\n  -H "Authorization: DPoP $ACCESS_TOKEN" \\\n  -H "DPoP: $PROOF"'

const callProof = `{ "typ": "dpop+jwt", "alg": "ES256", "jwk": { "kty": "EC", "crv": "P-256", "x": "…", "y": "…" } }
{
  "jti": "e1j3V_bKic8-LAEB",
  "htm": "GET",
  "htu": "https://api.example.com/orders",
  "iat": 1800000000,
  "ath": "base64url(SHA-256(access token))",
  "nonce": "the value of DPoP-Nonce, if one came"
}`

const claims = "printf %s \"$ACCESS_TOKEN\" | cut -d. -f2 | tr '_-' '/+' | base64 -d 2>/dev/null"

const registration = `{
  "client_id": "shop-analytics",
  "redirect_uris": ["https://analytics.example.com/callback"],
  "grant_types": ["authorization_code", "refresh_token"],
  "scope": "orders:read orders:refunds"
}`

const document = `https://app.example.com/client.json

{
  "client_id": "https://app.example.com/client.json",
  "client_name": "Shop Analytics",
  "redirect_uris": ["https://app.example.com/callback", "http://127.0.0.1/callback"],
  "grant_types": ["authorization_code", "refresh_token"],
  "token_endpoint_auth_method": "none"
}`

const register = `curl https://auth.example.com/register \\
  -H "Content-Type: application/json" \\
  -d '{
    "client_name": "Shop Analytics",
    "redirect_uris": ["http://127.0.0.1/callback"],
    "grant_types": ["authorization_code", "refresh_token"],
    "token_endpoint_auth_method": "none",
    "application_type": "native"
  }'`

const readRegistration = `curl "$REGISTRATION_CLIENT_URI" \\
  -H "Authorization: Bearer $REGISTRATION_ACCESS_TOKEN"`

/** What it looks like when it is right, to copy and try. The same in every language. */
export const errorExamples: Readonly<Record<ErrorId, string>> = {
  'HF-AUTHZ-0101': authorize,
  'HF-AUTHZ-0102': document,
  'HF-AUTHZ-0103': document,
  'HF-REG-0410': document,
  'HF-AUTHZ-0104': registration,
  'HF-AUTHZ-0105': authorize,
  'HF-AUTHZ-0106': pushed,
  'HF-AUTHZ-0107': pushed,
  'HF-AUTHZ-0108': push,
  'HF-AUTHZ-0109': registration,
  'HF-AUTHZ-0110': halves,
  'HF-AUTHZ-0111': authorize,
  'HF-AUTHZ-0112': authorize,
  'HF-AUTHZ-0113': authorize,
  'HF-AUTHZ-0114': authorize,
  'HF-AUTHZ-0115': `${authorize}\n  &response_mode=query`,
  'HF-AUTHZ-0116': authorize,
  'HF-AUTHZ-0117': authorize,
  'HF-AUTHZ-0118': `${authorize}\n  &prompt=login`,
  'HF-AUTHZ-0119': `${authorize}\n  &max_age=3600`,
  'HF-AUTHZ-0120': authorize,
  'HF-AUTHZ-0121': registration,
  'HF-AUTHZ-0130': authorize,
  'HF-AUTHZ-0131': registration,
  'HF-AUTHZ-0132': `${authorize}\n  &resource=https%3A%2F%2Fapi.example.com`,
  'HF-AUTHZ-0140': `https://analytics.example.com/callback
  ?error=access_denied
  &state=af0ifjsldkj
  &iss=https%3A%2F%2Fauth.example.com`,
  'HF-AUTHZ-0150': `${authorize}\n  &resource=https%3A%2F%2Fapi.example.com`,
  'HF-AUTHZ-0151': `${authorize}\n  &resource=https%3A%2F%2Fapi.example.com`,
  'HF-AUTHZ-0152': `${authorize}\n  &resource=https%3A%2F%2Fapi.example.com`,
  'HF-AUTHZ-0160': authorize,
  'HF-AUTHZ-0161': `${authorize}\n  &claims=%7B%22userinfo%22%3A%7B%22email%22%3Anull%7D%7D`,
  'HF-AUTHZ-0162': `${authorize}\n  &id_token_hint=$ID_TOKEN`,
  'HF-AUTHZ-0163': `${authorize}\n  &prompt=login`,
  'HF-AUTHZ-0164': `${authorize}\n  &acr_values=urn%3Ahufu%3Aacr%3Apwd`,
  'HF-AUTHZ-0165': authorize,
  'HF-AUTHZ-0170': `${authorize}\n  &dpop_jkt=0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I`,

  'HF-AUTHZ-0180': detailed,
  'HF-AUTHZ-0181': detailed,
  'HF-AUTHZ-0182': detailed,
  'HF-AUTHZ-0183': detailed,
  'HF-TOKEN-0200': redeem,
  'HF-TOKEN-0201': redeem,
  'HF-TOKEN-0202': redeem,
  'HF-TOKEN-0203': redeem,
  'HF-TOKEN-0204': halves,
  'HF-TOKEN-0205': redeem,
  'HF-TOKEN-0206': redeem,
  'HF-TOKEN-0207': redeem,
  'HF-TOKEN-0208': refresh,
  'HF-TOKEN-0209': refresh,
  'HF-TOKEN-0210': refresh,
  'HF-TOKEN-0211': authorize,
  'HF-TOKEN-0212': refresh,
  'HF-TOKEN-0219': clientCredentials,
  'HF-TOKEN-0220': clientCredentials,
  'HF-TOKEN-0221': registration,
  'HF-TOKEN-0222': clientCredentials,
  'HF-TOKEN-0223': redeem,
  'HF-TOKEN-0224': redeem,
  'HF-TOKEN-0225': redeem,
  'HF-TOKEN-0226': `${refresh} \\\n  -d scope=orders:read`,
  'HF-TOKEN-0227': `${refresh} \\\n  --data-urlencode resource=https://api.example.com`,
  'HF-TOKEN-0228': revoke,
  'HF-TOKEN-0229': revoke,
  'HF-TOKEN-0230': revoke,
  'HF-TOKEN-0231': detailed,
  'HF-TOKEN-0240': bound,
  'HF-TOKEN-0241': proof,
  'HF-TOKEN-0242': proof,
  'HF-TOKEN-0243': proof,
  'HF-TOKEN-0244': bound,
  'HF-TOKEN-0245': bound,
  'HF-TOKEN-0260': exchange,
  'HF-TOKEN-0261': exchange,
  'HF-TOKEN-0262': exchange,
  'HF-TOKEN-0263': `${exchange} \\\n  -H "DPoP: $PROOF"`,
  'HF-TOKEN-0264': exchange,
  'HF-TOKEN-0265': exchangeRule,
  'HF-TOKEN-0266': exchange,
  'HF-TOKEN-0270': assertion,
  'HF-TOKEN-0271': trusted,
  'HF-TOKEN-0272': assertion,
  'HF-TOKEN-0273': assertion,
  'HF-TOKEN-0279': ownGrant,

  'HF-DEVICE-0401': poll,
  'HF-DEVICE-0402': poll,
  'HF-DEVICE-0403': begin,
  'HF-DEVICE-0404': begin,
  'HF-DEVICE-0405': poll,
  'HF-DEVICE-0406': poll,
  'HF-DEVICE-0407': begin,

  'HF-CLIENT-0301': clientCredentials,
  'HF-CLIENT-0302': clientCredentials,
  'HF-CLIENT-0303': clientCredentials,

  'HF-REG-0401': register,
  'HF-REG-0402': register,
  'HF-REG-0403': register,
  'HF-REG-0404': register,
  'HF-REG-0405': register,
  'HF-REG-0406': register,
  'HF-REG-0407': `${register} \\\n  -H "Authorization: Bearer $INITIAL_ACCESS_TOKEN"`,
  'HF-REG-0408': readRegistration,
  'HF-REG-0409': readRegistration,
  'HF-REG-0411': register,

  'HF-INFO-0701': userInfo,
  'HF-INFO-0702': userInfo,
  'HF-INFO-0703': userInfo,
  'HF-INFO-0704': authorize.replace('orders%3Aread', 'openid%20orders%3Aread'),

  'HF-LOGOUT-0801': endSession,
  'HF-LOGOUT-0802': endSession,
  'HF-LOGOUT-0803': endSession,
  'HF-LOGOUT-0804': registeredReturn,

  'HF-LIMIT-0601': 'HTTP/1.1 429 Too Many Requests\nRetry-After: 60',
  'HF-LIMIT-0602': 'HTTP/1.1 429 Too Many Requests\nRetry-After: 60',
  'HF-LIMIT-0603': 'HTTP/1.1 429 Too Many Requests\nRetry-After: 60',
  'HF-LIMIT-0604': 'HTTP/1.1 429 Too Many Requests\nRetry-After: 60',
  'HF-LIMIT-0690': 'HTTP/1.1 500 Internal Server Error\nHufu-Request-Id: req_…',
  'HF-LIMIT-0691': 'HTTP/1.1 503 Service Unavailable\nRetry-After: 5',

  'HF-GUARD-0501': call,
  'HF-GUARD-0502': refresh,
  'HF-GUARD-0503': `${authorize}\n  &resource=https%3A%2F%2Fapi.example.com`,
  'HF-GUARD-0504': 'curl https://auth.example.com/.well-known/jwks.json',
  'HF-GUARD-0505': call,
  'HF-GUARD-0506': claims,
  'HF-GUARD-0507': refresh,
  'HF-GUARD-0508': call,
  'HF-GUARD-0509': 'curl -i https://auth.example.com/.well-known/oauth-authorization-server',
  'HF-GUARD-0510': `HTTP/1.1 403 Forbidden
WWW-Authenticate: Bearer error="insufficient_scope", scope="orders:refunds"`,
  'HF-GUARD-0511': claims,
  'HF-GUARD-0512': boundCall,
  'HF-GUARD-0513': boundCall,
  'HF-GUARD-0514': callProof,
  'HF-GUARD-0515': callProof,
  'HF-GUARD-0516': callProof,
  'HF-GUARD-0517': `HTTP/1.1 401 Unauthorized
WWW-Authenticate: Bearer error="insufficient_user_authentication", max_age="300"`,
  'HF-GUARD-0518': `"authorization_details": [
  { "type": "payment", "amount": "129.00", "currency": "CNY", "order": "4711" }
]`,

  'HF-APP-1101': 'GET /callback?code=…&state=… HTTP/1.1\nHost: app.example.com',
}
