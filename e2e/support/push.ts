import * as cast from './fixtures.ts'
import type { TestClient } from './fixtures.ts'
import { proofOf } from './server.ts'
import type { AuthorizationRequest, TestServer } from './server.ts'
import { toForm } from './user-agent.ts'
import type { Fields } from './user-agent.ts'

/** How a client proves itself, where it is not by its secret. */
export type Proof = ReturnType<typeof proofOf>

/** Pushes the request that an honest client would send the browser with, changed as for `authorize`. */
export function push(
  as: TestServer,
  changes: Fields = {},
  client: TestClient = cast.c1,
  proof: Proof = proofOf(client),
): Promise<Response> {
  return pushRequest(as, as.authorize(changes, client), proof)
}

function pushRequest(as: TestServer, { url }: AuthorizationRequest, proof: Proof): Promise<Response> {
  const parameters = new URL(url).searchParams
  parameters.delete('client_id')
  for (const [name, value] of toForm(proof.form)) parameters.append(name, value)

  return as.send('/par', { method: 'POST', body: parameters, headers: proof.headers })
}

/** A pushed request, with what the client keeps; its `url` is the one the browser is sent to. */
export interface Pushed extends AuthorizationRequest {
  readonly requestUri: string
}

/** Pushes, and expects that it is taken. */
export async function pushed(
  as: TestServer,
  changes: Fields = {},
  client: TestClient = cast.c1,
  proof: Proof = proofOf(client),
): Promise<Pushed> {
  const request = as.authorize(changes, client)
  const answer = await pushRequest(as, request, proof)
  if (answer.status !== 201) throw new Error(`not taken: ${answer.status} ${await answer.text()}`)
  const { request_uri: requestUri } = (await answer.json()) as { request_uri: string }

  return { ...request, requestUri, url: browserUrl(as, client.client_id, requestUri) }
}

/** Where a client sends the browser with a reference. */
export const browserUrl = (as: TestServer, client_id: string, request_uri: string, more: Fields = {}) =>
  `${as.issuer}/authorize?${toForm({ client_id, request_uri, ...more })}`
