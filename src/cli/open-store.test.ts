import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { aFolder } from '../testing/hufu-process.ts'
import { findPlace } from './open-store.ts'

const database = 'postgres://hufu@db.example/hufu'

test('a command finds the database where the server has it: by flag, variable, file of a variable, configuration', async (context) => {
  const folder = await aFolder(context, { 'hufu.config.json': { data: 'configured' } })
  await writeFile(join(folder, 'url'), `${database}\n`)
  const config = join(folder, 'hufu.config.json')
  const configured = { HUFU_ISSUER: 'https://id.example', HUFU_CONFIG: config }
  const place = async (options: { readonly data?: string; readonly config?: string }, env: Record<string, string>) => {
    const found = await findPlace(options, { env })
    assert.ok(found.ok)

    return [found.value.folder, found.value.database]
  }

  assert.deepEqual(await place({ data: '/flag' }, { HUFU_DATA: '/variable' }), ['/flag', undefined])
  assert.deepEqual(await place({}, { ...configured, HUFU_DATA: '/variable' }), ['/variable', undefined])
  assert.deepEqual(await place({}, configured), [join(folder, 'configured'), undefined])
  assert.deepEqual(await place({ data: '/flag' }, { HUFU_DATABASE_FILE: join(folder, 'url') }), ['/flag', database])
  assert.deepEqual((await findPlace({}, { env: { HUFU_DATABASE: 'mysql://db.example' } })).ok, false)
})
