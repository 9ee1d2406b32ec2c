import type { ErrorId } from '../../../error-ids.ts'
import type { ErrorText } from '../../error-text.ts'
import { api } from './api.ts'
import { app } from './app.ts'
import { authorization } from './authorization.ts'
import { client } from './client.ts'
import { codeAndRefresh } from './code-and-refresh.ts'
import { device } from './device.ts'
import { exchange } from './exchange.ts'
import { guard } from './guard.ts'
import { limit } from './limit.ts'
import { permission } from './permission.ts'
import { person } from './person.ts'
import { proof } from './proof.ts'
import { registration } from './registration.ts'
import { request } from './request.ts'
import { signOut } from './sign-out.ts'
import { token } from './token.ts'

/** Meaning, causes and fix of every error number in English, part by part as in `zh-CN`. */
export const errorTexts: Readonly<Record<ErrorId, ErrorText>> = {
  ...authorization,
  ...request,
  ...permission,
  ...person,
  ...device,
  ...signOut,
  ...codeAndRefresh,
  ...token,
  ...proof,
  ...exchange,
  ...client,
  ...registration,
  ...limit,
  ...api,
  ...guard,
  ...app,
}
