import { test as nodeTest } from 'node:test'
import { describeAtomicity } from './atomicity.ts'
import { describeAudit } from './audit.ts'
import { describeChanges } from './changes.ts'
import { describeClientRemoval } from './client-removal.ts'
import { describeDeviceRaces } from './device-races.ts'
import { describeDevices } from './devices.ts'
import { describeEpochs } from './epochs.ts'
import { describeExpiry } from './expiry.ts'
import { describeLogouts } from './logouts.ts'
import { describeModel } from './model.ts'
import { describeRaces } from './races.ts'
import { describeRecords } from './records.ts'
import { describeRegistrations } from './registrations.ts'
import { describeRequestRaces } from './request-races.ts'
import { describeRequestRecords } from './request-records.ts'
import type { OpenStores, Register } from './suite.ts'
import { describeTokenRaces } from './token-races.ts'
import { describeTokenRecords } from './token-records.ts'

/** What every store has to keep, whatever it is made of. Run it over each way to open one. */
export function describeStore(name: string, open: OpenStores, test: Register = nodeTest): void {
  const suite = { name, open, test }
  describeRecords(suite)
  describeRequestRecords(suite)
  describeTokenRecords(suite)
  describeRaces(suite)
  describeRequestRaces(suite)
  describeTokenRaces(suite)
  describeAtomicity(suite)
  describeAudit(suite)
  describeExpiry(suite)
  describeRegistrations(suite)
  describeClientRemoval(suite)
  describeDevices(suite)
  describeDeviceRaces(suite)
  describeLogouts(suite)
  describeEpochs(suite)
  describeChanges(suite)
  describeModel(suite)
}
