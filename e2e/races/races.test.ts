import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newSecret, startInstance } from '../support/instances.ts'
import { describeRaces } from './describe-races.ts'

const folder = mkdtempSync(join(tmpdir(), 'hufu-races-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const start = (name: string, far: boolean) => async () => [
  await startInstance({ store: { kind: 'sqlite', file: join(folder, name) }, secret: newSecret(), port: 0, far }),
]

describeRaces('SQLite', start('near.db', false))
/** As the attack catalogue has it, section 26. */
describeRaces('SQLite, 0 to 5 ms away', start('far.db', true), [2, 10, 50])
