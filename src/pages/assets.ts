import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A file the pages load: from this server, and for ever the same under its address. */
export interface Asset {
  readonly contentType: string
  readonly body: string
  /** Quoted, as the header wants it. */
  readonly etag: string
}

const contentTypes = {
  'hufu.css': 'text/css; charset=utf-8',
  'hufu.js': 'text/javascript; charset=utf-8',
  'mark.svg': 'image/svg+xml',
} as const

type AssetName = keyof typeof contentTypes

const assets = new Map<string, Asset>()
const addresses = new Map<AssetName, string>()

for (const [name, contentType] of Object.entries(contentTypes) as [AssetName, string][]) {
  const body = readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8')
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16)
  const address = `/assets/${name.replace('.', `.${hash}.`)}`
  assets.set(address, { contentType, body, etag: `"${hash}"` })
  addresses.set(name, address)
}

/** The address of an asset with its content's hash in it, so that it may be kept for ever and never gets stale. */
export const assetAddress = (name: AssetName): string => addresses.get(name)!

/** Finds an asset by the path of a request; only exact addresses of `assetAddress` exist. */
export const asset = (path: string): Asset | undefined => assets.get(path)

/** The headers an asset is answered with. Opened by itself, as an image can be, it may do nothing. */
export const assetHeaders = (found: Asset): Readonly<Record<string, string>> => ({
  'content-type': found.contentType,
  etag: found.etag,
  'cache-control': 'public, max-age=31536000, immutable',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
})
