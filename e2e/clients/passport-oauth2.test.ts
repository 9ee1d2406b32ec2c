import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OAuth2Strategy from 'passport-oauth2'
import { approve } from '../support/approve.ts'
import { startChildServer } from '../support/child-server.ts'
import type { ChildServer } from '../support/child-server.ts'
import { clients, post } from './cast.ts'

let server: ChildServer
let app: { url: string; seen: { accessToken: string; refreshToken: string }[]; close: () => void }

before(async () => {
  const listening = express()
  const web = listening.listen(0, '127.0.0.1')
  await once(web, 'listening')
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
  server = await startChildServer({ clients: [...clients, { ...post, redirect_uris: [`${url}/cb`] }] })
  const seen: { accessToken: string; refreshToken: string }[] = []
  const options = {
    authorizationURL: `${server.url}/authorize`,
    tokenURL: `${server.url}/token`,
    clientID: post.client_id,
    clientSecret: post.client_secret,
    callbackURL: `${url}/cb`,
    scope: 'orders.read',
    state: true,
    // Off unless it is said: the likeliest first error of an app that uses Passport.
    pkce: true,
  }
  const strategy = new OAuth2Strategy(
    options,
    (accessToken: string, refreshToken: string, _profile: unknown, done: (error: null, user: object) => void) => {
      seen.push({ accessToken, refreshToken })
      done(null, { id: 'somebody' })
    },
  )
  listening.use(session({ secret: 'of the test only', resave: false, saveUninitialized: false }))
  listening.get('/login', passport.authenticate(strategy, { session: false }))
  listening.get(
    '/cb',
    passport.authenticate(strategy, { session: false }),
    (_request, response) => void response.send('welcome'),
  )
  app = { url, seen, close: () => web.close() }
})
after(async () => {
  app.close()
  await server.remove()
})

test('[O21-4.1.1-03] passport-oauth2 with PKCE turned on signs somebody in and gets both tokens', async () => {
  // req: O21-4.1.2-03
  const login = await fetch(`${app.url}/login`, { redirect: 'manual' })
  const cookie = login.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')

  const callback = await approve(login.headers.get('location')!)
  const welcome = await fetch(callback, { headers: { cookie }, redirect: 'manual' })

  assert.equal(await welcome.text(), 'welcome')
  assert.match(app.seen[0]!.refreshToken, /^hrt_/)
  assert.equal(app.seen[0]!.accessToken.split('.').length, 3)
})
