import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OAuth2Strategy from 'passport-oauth2'
import { approve } from '../support/approve.ts'
import { startChildServer } from '../support/child-server.ts'
import { post } from './cast.ts'

test('[O21-4.1.1-03] passport-oauth2 with PKCE turned on signs somebody in and gets both tokens', async (t) => {
  // req: O21-4.1.2-03
  const web = express()
  const listening = web.listen(0, '127.0.0.1')
  t.after(() => listening.close())
  await once(listening, 'listening')
  const app = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
  const server = await startChildServer({ clients: [{ ...post, redirect_uris: [`${app}/cb`] }] })
  t.after(() => server.remove())
  const seen: { accessToken: string; refreshToken: string }[] = []
  const strategy = new OAuth2Strategy(
    {
      authorizationURL: `${server.url}/authorize`,
      tokenURL: `${server.url}/token`,
      clientID: post.client_id,
      clientSecret: post.client_secret,
      callbackURL: `${app}/cb`,
      scope: 'orders.read',
      state: true,
      // Off unless it is said: the likeliest first error of an app that uses Passport.
      pkce: true,
    },
    (accessToken: string, refreshToken: string, _profile: unknown, done: (error: null, user: object) => void) => {
      seen.push({ accessToken, refreshToken })
      done(null, { id: 'somebody' })
    },
  )
  const signIn = passport.authenticate(strategy, { session: false }) as express.RequestHandler
  web.use(session({ secret: 'of the test only', resave: false, saveUninitialized: false }))
  web.get('/login', signIn)
  web.get('/cb', signIn, (_request, response) => void response.send('welcome'))

  const login = await fetch(`${app}/login`, { redirect: 'manual' })
  const cookies = login.headers.getSetCookie().map((each) => each.split(';')[0])
  const callback = await approve(login.headers.get('location')!)
  const welcome = await fetch(callback, { headers: { cookie: cookies.join('; ') }, redirect: 'manual' })

  assert.equal(await welcome.text(), 'welcome')
  assert.match(seen[0]!.refreshToken, /^hrt_/)
  assert.equal(seen[0]!.accessToken.split('.').length, 3)
})
