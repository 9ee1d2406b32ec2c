import express from 'express'
import { callerOf, createGuard, expressGuard, expressMetadata } from 'hufu/guard'

const notes = new Map([['my-job', ['buy ink', 'wind the clock']]])
const resource = 'http://127.0.0.1:9120'
const guard = createGuard({ resource, issuer: 'http://127.0.0.1:9110', scopesSupported: ['notes.read'] })

const app = express()
app.use(expressMetadata(guard))
app.get('/notes', expressGuard(guard, { scope: ['notes.read'] }), (request, response) => {
  response.json(notes.get(callerOf(request).subject) ?? [])
})
app.listen(9120, '127.0.0.1', () => console.log(`ready ${resource}`))
