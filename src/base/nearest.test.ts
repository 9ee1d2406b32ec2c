import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from './nearest.ts'

const words = ['client', 'client_id', 'demo', 'dev', 'errors', 'start', 'version']

test('a typing slip finds the word that was meant', () => {
  const slips = [
    ['cleint', 'client'],
    ['clint', 'client'],
    ['cliient', 'client'],
    ['Client', 'client'],
    ['clientid', 'client_id'],
    ['strat', 'start'],
    ['dve', 'dev'],
    ['versoin', 'version'],
  ]

  for (const [slip, meant] of slips) assert.equal(nearest(slip!, words), meant)
})

test('what resembles nothing finds nothing', () => {
  for (const word of ['', 'x', 'banana', 'c'.repeat(100_000)]) assert.equal(nearest(word, words), undefined)
  assert.equal(nearest('demo', []), undefined)
})
