import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aRequest } from '../testing/build-request.ts'
import { checkForm, parseForm } from './form.ts'

const form = 'application/x-www-form-urlencoded'

async function reasonOf(headers: Readonly<Record<string, string>>, body = 'a=1') {
  const parsed = await parseForm(aRequest({ method: 'POST', headers, body: { kind: 'text', text: body } }))

  return parsed.ok ? 'accepted' : parsed.error.reason
}

test('[HT-01] a form is read if it says it is one, in UTF-8', async () => {
  // req: O21-3.2.2-01
  const good = [
    form,
    form.toUpperCase(),
    `${form};charset=utf-8`,
    `${form}; charset=UTF-8`,
    `${form}; charset="utf-8"`,
    `${form} ; charset=utf8`,
    `${form}; foo=bar`,
  ]
  const bad = [
    '',
    'application/json',
    'multipart/form-data; boundary=x',
    'text/plain',
    `${form}x`,
    `x${form}`,
    `${form}, ${form}`,
    `${form}; charset=utf-16`,
    `${form}; charset="iso-8859-1"`,
    `${form}; x=y; charset = latin1`,
    `${form}; charset=utf-8x`,
  ]

  for (const type of good) assert.equal(await reasonOf({ 'content-type': type }), 'accepted', type)
  for (const type of bad) assert.equal(await reasonOf({ 'content-type': type }), 'body_not_form', type)
  assert.equal(await reasonOf({}), 'body_not_form')
})

test('[HT-01] a body that is compressed, too large, or not UTF-8 is refused', async () => {
  // req: HT-03, O21-B-01
  const send = async (kind: 'too_large' | 'not_utf8') => {
    const parsed = await parseForm(aRequest({ method: 'POST', headers: { 'content-type': form }, body: { kind } }))

    return parsed.ok ? 'accepted' : parsed.error.reason
  }

  assert.equal(await reasonOf({ 'content-type': form, 'content-encoding': 'gzip' }), 'body_not_form')
  assert.equal(await reasonOf({ 'content-type': form, 'content-encoding': 'identity' }), 'accepted')
  assert.equal(await send('too_large'), 'form_too_large')
  assert.equal(await send('not_utf8'), 'body_not_form')
  assert.equal(await reasonOf({ 'content-type': form }, 'a=1&'.repeat(300)), 'form_too_large')
})

test('[HT-02] the query is never read as part of the form', async () => {
  const request = aRequest({
    method: 'POST',
    query: 'a=2&b=3',
    headers: { 'content-type': form },
    body: { kind: 'text', text: 'a=1' },
  })

  const parsed = await parseForm(request)

  assert.ok(parsed.ok)
  assert.equal(parsed.value.get('a'), '1')
  assert.equal(parsed.value.get('b'), undefined)
})

test('[O21-3.2-04] of a form, only what is defined must come once and be readable', async () => {
  // req: O21-3.2-03
  const check = async (text: string) => {
    const parsed = await parseForm(
      aRequest({ method: 'POST', headers: { 'content-type': form }, body: { kind: 'text', text } }),
    )
    assert.ok(parsed.ok)
    const checked = checkForm(parsed.value, ['code'])

    return checked.ok ? 'accepted' : checked.error.reason
  }

  assert.equal(await check('code=1&foo=1&foo=2&bar=%ff'), 'accepted')
  assert.equal(await check('code=1&code=1'), 'form_parameter_repeated')
  assert.equal(await check('code=1&code='), 'form_parameter_repeated')
  assert.equal(await check('code=%00'), 'form_parameter_malformed')
  assert.equal(await check('code=%ff'), 'form_parameter_malformed')
})
