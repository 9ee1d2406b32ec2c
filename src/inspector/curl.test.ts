import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { aWalk, walkIssuer } from '../testing/exchanges.ts'
import { toCurl } from './curl.ts'
import { createRecorder } from './recorder.ts'

test('a copied command holds method, address, headers and body, and nothing in it is run by a shell', () => {
  const recorder = createRecorder({ issuer: walkIssuer })
  const { token } = aWalk()
  const nasty = `grant_type=authorization_code&code=x&state='$(touch /tmp/never)\`id\`"`
  recorder.observe({ ...token, request: { ...token.request, body: nasty } })
  const message = recorder.list()[0]!.messages[0]!

  const printed = execFileSync('sh', ['-c', toCurl(message).replace(/^curl/, 'printf "%s\\n"')], { encoding: 'utf8' })

  assert.deepEqual(printed.trimEnd().split('\n'), [
    '-i',
    '-X',
    'POST',
    `${walkIssuer}/token`,
    '-H',
    'content-type: application/x-www-form-urlencoded',
    '-H',
    `authorization: Basic ${btoa('shop-analytics:hcs_secret-of-the-app')}`,
    '--data-raw',
    nasty,
  ])
})
