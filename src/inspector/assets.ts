import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { HttpResponse } from '../http/message.ts'

const contentTypes = {
  'inspector.css': 'text/css; charset=utf-8',
  'inspector.js': 'text/javascript; charset=utf-8',
  'tally.svg': 'image/svg+xml',
} as const

type AssetName = keyof typeof contentTypes

const responses = new Map<string, HttpResponse>()
const paths = new Map<AssetName, string>()

for (const [name, contentType] of Object.entries(contentTypes) as [AssetName, string][]) {
  const body = readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8')
  const path = `/inspector/assets/${name.replace('.', `.${hash('sha256', body).slice(0, 16)}.`)}`
  paths.set(name, path)
  responses.set(path, {
    status: 200,
    headers: {
      'content-type': contentType,
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    },
    body,
  })
}

/** The address of a file of the page with its content's hash in it, so that it never gets stale. */
export const assetPath = (name: AssetName): string => paths.get(name)!

/** Answers for an exact address of {@link assetPath}. */
export const answerAsset = (path: string): HttpResponse | undefined => responses.get(path)
