import type { Language } from '../../protocol/resource.ts'
import { en, type InspectorMessages } from './en.ts'
import { zhCN } from './zh-CN.ts'

/** The words of the inspector by language. */
export const inspectorMessages: Readonly<Record<Language, InspectorMessages>> = { en, 'zh-CN': zhCN }
