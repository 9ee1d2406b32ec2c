import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { plantedFaults } from './faults.ts'
import { policyFaults } from './policies.ts'

const root = join(import.meta.dirname, '../..')

test('each place where a fault is planted stands in the sources once', () => {
  const lost = [...plantedFaults, ...policyFaults].filter(({ file, find }) => {
    const path = join(root, file)

    return !existsSync(path) || readFileSync(path, 'utf8').split(find).length !== 2
  })

  assert.deepEqual(
    lost.map(({ file, find }) => `${file}: ${find}`),
    [],
  )
})
