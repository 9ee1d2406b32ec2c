import { defineGrant, refuseToken } from 'hufu'
import type { ResourceId, Subject } from 'hufu'

/** What the shop knows of a receipt that it printed. */
export interface Receipt {
  readonly customer: Subject
  /** In milliseconds since 1970. */
  readonly expiresAt: number
}

export const receiptGrantType = 'https://shop.example/grants/receipt'

const orders = 'https://orders.example' as ResourceId

/**
 * A grant of one's own: whoever shows the number of a receipt at the counter may look at that customer's orders for ten
 * minutes. Given to the server as `createAuthorizationServer({ grants: [createReceiptGrant(findReceipt)] })`; a client
 * may use it if its `grant_types` name it.
 *
 * @param findReceipt by the number that is printed on it, from wherever the shop keeps them
 */
export const createReceiptGrant = (findReceipt: (number: string) => Promise<Receipt | undefined>) =>
  defineGrant({
    // An absolute URI (OAuth 2.1 section 4.4); discovery names it by itself.
    type: receiptGrantType,
    // Text to a typed request.
    parse: (form) => ({ ok: true, value: { number: form.get('receipt') } }) as const,
    // Reads, never writes.
    load: async ({ number }) => (number === undefined ? undefined : findReceipt(number)),
    // Sees neither clock nor store: plain data in, a plan or a refusal out.
    decide: (_request, receipt, { client, settings, now }) => {
      const resource = settings.resources.get(orders)
      if (receipt === undefined || resource === undefined) return refuseToken('grant_refused')
      if (now >= receipt.expiresAt) return refuseToken('grant_refused')

      return {
        ok: true,
        value: {
          from: undefined,
          clientId: client.id,
          subject: receipt.customer,
          scope: client.scope,
          resource,
          lifetime: resource.accessTokenLifetime,
          authenticatedAt: undefined,
          refreshable: false,
        },
      } as const
    },
  })
