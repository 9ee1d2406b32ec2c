import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import type { ClientAuthenticator, ClientRefusal } from '../client-auth/authenticate.ts'
import { checkForm, parseForm } from '../http/form.ts'
import type { HttpRequest } from '../http/message.ts'
import type { Caller } from '../ports/audit.ts'
import type { Client } from '../protocol/client.ts'
import type { Parameters } from '../protocol/parameters.ts'

/** A form post and the client it is from, which has been believed. */
export interface ClientRequest {
  readonly form: Parameters
  readonly client: Client
}

/** Parameters by which a client says who it is, wherever it does. */
export const proof = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type']

/**
 * What every endpoint for clients begins with: a form, none of its parameters twice or unreadable, and a client that
 * proved who it is.
 *
 * @param defined the endpoint's own parameters that may come once only
 */
export async function readClientRequest(
  request: HttpRequest,
  defined: readonly string[],
  authenticateClient: ClientAuthenticator,
  caller: Caller,
): Promise<Result<ClientRequest, ClientRefusal>> {
  const form = await readClientForm(request, defined)
  if (!form.ok) return form
  const client = await authenticateClient(request, form.value, caller)

  return client.ok ? accept({ form: form.value, client: client.value }) : client
}

/** The form alone. */
export async function readClientForm(
  request: HttpRequest,
  defined: readonly string[],
): Promise<Result<Parameters, ClientRefusal>> {
  const form = await parseForm(request)
  if (!form.ok) return refuse({ error: form.error, retryAfter: undefined })
  const checked = checkForm(form.value, [...proof, ...defined])

  return checked.ok ? accept(form.value) : refuse({ error: checked.error, retryAfter: undefined })
}
