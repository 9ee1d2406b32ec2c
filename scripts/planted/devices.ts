import type { PlantedFault } from './fault.ts'

const devicePage = ['e2e/protocol/device/page.test.ts']
const polling = ['e2e/protocol/device/poll.test.ts']
const table = 'src/store/sqlite/devices.ts'
const contract = ['src/store/sqlite/store.test.ts']

export const devices: readonly PlantedFault[] = [
  {
    ids: ['DV-01'],
    file: table,
    find: ' AND ifnull(claimed_by, ?1) = ?1',
    replace: '',
    tests: contract,
  },
  {
    ids: ['DV-01'],
    file: table,
    find: "WHERE id = ? AND outcome IS NULL AND claimed_by = ?'",
    replace: "WHERE id = ? AND outcome IS NULL AND ? IS NOT NULL'",
    tests: contract,
  },
  {
    ids: ['DV-02'],
    file: 'src/endpoints/device-page.ts',
    find: 'const rules = userCodeRules(browser.hash, browser.signedIn?.account.subject, request.address)',
    replace: 'const rules = userCodeRules(String(ports.random(8)), undefined, String(ports.random(8)))',
    tests: devicePage,
  },
  {
    ids: ['DV-03'],
    file: 'src/protocol/authorize-decision.ts',
    find: "if (request.answerTo.kind === 'device') return true",
    replace: "if (request.answerTo.kind === 'device') return false",
    tests: ['src/protocol/authorize.test.ts', ...devicePage],
  },
  {
    ids: ['DV-04'],
    file: table,
    find: 'AND outcome IS NOT NULL AND redeemed_at IS NULL',
    replace: 'AND outcome IS NOT NULL',
    tests: contract,
  },
  {
    ids: ['DV-04'],
    file: table,
    find: 'AND (polled_at IS NULL OR polled_at + interval_s * 1000 <= ?1)',
    replace: 'AND ?1 > 0',
    tests: polling,
  },
  {
    ids: ['DV-05'],
    file: 'src/grants/device-code.ts',
    find: "if (device.request.clientId !== client.id) return refuseToken('device_code_of_another_client')",
    replace: '',
    tests: polling,
  },
  {
    ids: ['DV-06'],
    file: 'src/protocol/device.ts',
    find: "if (!client.grantTypes.includes(deviceCodeGrant)) return because('grant_not_allowed')",
    replace: '',
    tests: ['e2e/protocol/device/begin.test.ts'],
  },
]
