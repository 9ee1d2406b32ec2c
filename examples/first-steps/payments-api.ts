import express from 'express'
import { callerOf, createGuard, expressGuard, expressMetadata } from 'hufu/guard'
import type { Needs } from 'hufu/guard'

/** Pays one order at a time: only that order, only soon after a sign-in, only to who holds the token's key. */
export function paymentsApi(resource: string, issuer: string) {
  const guard = createGuard({ resource, issuer, dpop: { required: true }, authorizationDetailsTypes: ['payment'] })
  const thisOrder = (request: express.Request<{ order: string }>): Needs => ({
    scope: ['payments'],
    maxAge: 300,
    authorizationDetails: { type: 'payment', match: (payment) => payment['order'] === request.params.order },
  })

  const app = express()
  app.use(expressMetadata(guard))
  app.post('/payments/:order', expressGuard(guard, thisOrder), (request, response) => {
    response.json({ paid: request.params.order, by: callerOf(request).subject })
  })
  return app
}
