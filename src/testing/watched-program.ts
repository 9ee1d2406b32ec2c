import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A module for `node --import` that stands in for an SDK of OpenTelemetry: each span is a line of JSON on stderr, with
 * all that was said of it.
 *
 * @returns its path
 */
export async function writeSpanPrinter(folder: string): Promise<string> {
  const file = join(folder, 'print-spans.mjs')
  const api = JSON.stringify(import.meta.resolve('@opentelemetry/api'))
  await writeFile(
    file,
    `import { trace } from ${api}
const traceId = '0af7651916cd43dd8448eb211c80319c'
const startSpan = (name, options, parent) => {
  const said = { span: name, options, parent: String(parent), attributes: [] }
  return {
    spanContext: () => ({ traceId, spanId: 'b7ad6b7169203331', traceFlags: 1 }),
    setAttribute: (key, value) => said.attributes.push([key, value]),
    setStatus: (status) => (said.status = status),
    end: () => process.stderr.write(JSON.stringify(said) + '\\n'),
  }
}
trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) })
`,
  )

  return file
}
