import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { asset, assetHeaders } from '../../src/pages/assets.ts'
import { render } from '../../src/pages/html.ts'
import { pageHeaders } from '../../src/pages/layout.ts'
import type { Messages } from '../../src/pages/locales/en.ts'
import { samplePages } from './sample-pages.ts'

/**
 * Serves the sample pages at `/<locale>/<name>` with the headers and assets of the real ones.
 *
 * @param locales catalogues by the name used in the address
 */
export async function servePages(locales: Readonly<Record<string, Messages>>) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const found = asset(pathname)
    if (found !== undefined) return void response.writeHead(200, { ...assetHeaders(found) }).end(found.body)
    const [, locale = '', name] = pathname.split('/')
    const sample = samplePages.find((each) => each.name === name)
    const t = locales[locale]
    if (sample === undefined || t === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { ...pageHeaders(sample) }).end(render(sample.show(t)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return { url, close: () => void server.close() }
}
