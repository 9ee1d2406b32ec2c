import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser } from './support/browser.ts'

let browser: Browser
before(async () => {
  browser = await launchBrowser()
})
after(() => browser.close())

test('the browser loads a page of this machine and runs its script', async () => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(
      '<!doctype html><title>虎符</title><h1>no</h1><script>document.querySelector("h1").textContent = "yes"</script>',
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const page = await browser.newPage()

  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)

  assert.equal(await page.title(), '虎符')
  assert.equal(await page.textContent('h1'), 'yes')
  await page.close()
  server.close()
})

test('the browser reaches no other machine', async () => {
  const page = await browser.newPage()

  await assert.rejects(page.goto('http://example.com/'), /ERR_NAME_NOT_RESOLVED/)
  await page.close()
})
