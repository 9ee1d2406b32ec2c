import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routedPath } from './path.ts'

test('[HT-10] a doubled leading slash is one, and nothing else of a path is changed', () => {
  for (const path of ['//token', '///token', '/token']) assert.equal(routedPath(path), '/token')
  for (const path of [
    '/a//b',
    '/token/',
    '/%74oken',
    '/Token',
    '/token;x',
    '/authorize/../token',
    '/./token',
    '/\\token',
    '/',
  ])
    assert.equal(routedPath(path), path)
})
