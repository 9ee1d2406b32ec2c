import { existsSync } from 'node:fs'
import { verifyAudit } from '../../../audit/verify.ts'
import type { Finding, Head } from '../../../audit/verify.ts'
import { fromBase64Url } from '../../../base/encoding.ts'
import { deriveKey, loadOrCreateSecret, secretFile } from '../../../server/secret.ts'
import type { Context } from '../../context.ts'
import { withStore } from '../../open-store.ts'
import type { StoreOptions } from '../../open-store.ts'
import { done, exits, failed, printable } from '../../outcome.ts'
import type { Outcome } from '../../outcome.ts'

const nothingFits: Outcome = { kind: 'failed', exit: exits.failed, faults: [] }

/** Whether the audit is as it was sealed. 0 if it is, 1 if it is not; the server may run meanwhile. */
export async function verify(
  { head: rawHead, ...options }: StoreOptions & { readonly head?: string },
  context: Context,
): Promise<Outcome> {
  const { words, asJson, out, err } = context
  const remembered = rawHead === undefined ? undefined : parseHead(rawHead)
  if (rawHead !== undefined && remembered === undefined) {
    err(`hufu: ${words.audit.badHead}\n`)
    return { kind: 'failed', exit: exits.usage, faults: [] }
  }

  return withStore(options, context, async (store, folder) => {
    const file = secretFile(folder)
    if (!existsSync(file)) return failed({ code: 'HF-CONF-0708', cause: `${file} is not there` })
    const secret = fromBase64Url(await loadOrCreateSecret(folder))
    const verdict = await verifyAudit(store, deriveKey(secret!, 'audit seals'), remembered)
    const { sealed, unsealed, seals, prunedThrough, head, findings } = verdict
    const shownHead = head && `${head.seal}:${head.hash}`
    if (asJson)
      out(
        `${JSON.stringify({ ok: findings.length === 0, events: sealed, unsealed, seals, pruned_through: prunedThrough, head: shownHead ?? null, findings })}\n`,
      )
    else {
      out(`${words.audit.counted(sealed, seals, unsealed, prunedThrough)}\n`)
      for (const finding of findings) out(`${describe(finding, context)}\n`)
      out(`${findings.length === 0 ? words.audit.whole : words.audit.notWhole}\n`)
      if (shownHead !== undefined) out(`${words.audit.head} ${shownHead}\n`)
    }

    return findings.length === 0 ? done : nothingFits
  })
}

function parseHead(raw: string): Head | undefined {
  const found = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(raw)

  return found === null ? undefined : { seal: Number(found[1]), hash: found[2]! }
}

function describe(finding: Finding, { words }: Context): string {
  const place = 'event' in finding ? printable(finding.event) : 'place' in finding ? String(finding.place) : ''

  return words.audit.findings[finding.kind](finding.seal, place)
}
