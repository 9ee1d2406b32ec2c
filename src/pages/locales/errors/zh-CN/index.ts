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

/** 每个错误编号的含义、原因和解决办法；与 `en` 逐部分一同书写。 */
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
