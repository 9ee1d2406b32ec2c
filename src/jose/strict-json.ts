export { isJsonObject, parseJsonObject } from '../base/strict-json.ts'
export type { JsonObject } from '../base/strict-json.ts'
