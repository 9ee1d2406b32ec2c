import type { Client } from './client.ts'

/** What people and keys recognise a client by. */
export type Recognised = 'name' | 'redirect_uris' | 'keys'

/** What differs between two records of one client, who made it known and when aside. */
export interface ClientChanges {
  readonly any: boolean
  /** Of these a person is asked again (draft-ietf-oauth-client-id-metadata-document section 8.4). */
  readonly recognised: readonly Recognised[]
}

export function findClientChanges(before: Client, after: Client): ClientChanges {
  const differs = (part: (client: Client) => unknown) => canonical(part(before)) !== canonical(part(after))
  const parts = {
    name: (client: Client) => [client.name, client.homepage],
    redirect_uris: (client: Client) => client.redirectUris.toSorted(),
    keys: ({ keys, jwksUri, authMethod, assertionAlg }: Client) => [keys, jwksUri, authMethod, assertionAlg],
  } as const satisfies Record<Recognised, unknown>

  return {
    any: differs((client) => ({ ...client, createdAt: 0, disabledAt: 0, validAfter: 0, registration: 0 })),
    recognised: (Object.keys(parts) as Recognised[]).filter((name) => differs(parts[name])),
  }
}

/** One text for one meaning: members in the order of their names, without those that hold nothing. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, each: unknown) =>
    typeof each !== 'object' || each === null || Array.isArray(each)
      ? each
      : Object.fromEntries(
          Object.entries(each)
            .filter(([, inner]) => inner !== null && inner !== undefined)
            .toSorted(([left], [right]) => (left < right ? -1 : 1)),
        ),
  )
