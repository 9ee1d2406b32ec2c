import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { describeFleet } from './describe-fleet.ts'

const folder = mkdtempSync(join(tmpdir(), 'hufu-fleet-'))
after(() => rmSync(folder, { recursive: true, force: true }))

describeFleet('two servers over one SQLite file', async () => ({ kind: 'sqlite', file: join(folder, 'hufu.db') }))
