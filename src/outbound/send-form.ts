import { accept } from '../base/result.ts'
import type { SendForm } from '../ports/send-form.ts'
import { createSafeRequest, type OutboundOptions } from './safe-request.ts'

/** Forms over https to an address that somebody else chose. Of the answer nothing is read but its status. */
export function createSendForm(options: OutboundOptions): SendForm {
  const ask = createSafeRequest(options)

  return (url, fields) => {
    const body = new URLSearchParams(fields).toString()
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
    }

    return ask<number, never>(url, { method: 'POST', headers, body }, async (answer) => {
      answer.destroy()

      return accept(answer.statusCode ?? 0)
    })
  }
}
