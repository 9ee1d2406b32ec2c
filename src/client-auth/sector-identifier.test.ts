import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accept, refuse } from '../base/result.ts'
import type { FetchDocument } from '../ports/fetch-document.ts'
import { plainClient } from '../protocol/client.ts'
import { aClient, callback } from '../testing/build.ts'
import { checkSector } from './sector-identifier.ts'

const client = aClient({
  identity: { ...plainClient.identity, sectorIdentifierUri: 'https://sector.example/uris.json' },
})

const check = async (text: string, by = client) => {
  const fetchDocument: FetchDocument = async () => accept({ bytes: Buffer.from(text), freshFor: undefined })
  const checked = await checkSector(by, fetchDocument)

  return checked.ok ? 'ok' : checked.error
}

test('[OIDC-8.1-01] a sector is joined only by who is listed in its document, with every redirect URI', async () => {
  assert.equal(await check(JSON.stringify(['https://other.example/cb', callback])), 'ok')
  assert.match(await check(JSON.stringify(['https://other.example/cb'])), /lacks a redirect URI/)
  assert.match(await check(JSON.stringify([`${callback}/`])), /lacks a redirect URI/)
  for (const wrong of ['{}', 'null', '"x"', '[', '']) assert.match(await check(wrong), /no array/, wrong)
})

test('[OIDC-8.1-01] without a document nothing is asked for; one that cannot be had keeps the client out', async () => {
  const never: FetchDocument = async () => assert.fail('nothing is to be fetched')

  assert.equal((await checkSector(aClient(), never)).ok, true)
  const checked = await checkSector(client, async () => refuse('unreachable'))
  assert.match(checked.ok ? '' : checked.error, /^sector_identifier_uri: /)
})
