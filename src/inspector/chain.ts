import type { Message } from './message.ts'
import { answerOf, formOf } from './message.ts'

/** One refresh token in the order they were made. */
export interface ChainLink {
  readonly token: string
  /** `newest`: the only one that is good. `used`: replaced by the next. `ended`: the whole chain is dead. */
  readonly status: 'newest' | 'used' | 'ended'
  /** Shown once more after it had been used, outside the retry window: what ended the chain. */
  readonly reused: boolean
}

/** The refresh tokens of a flow as a chain, each made by using up the one before. */
export function chainOf(messages: readonly Message[]): readonly ChainLink[] {
  const tokens: string[] = []
  const reused = new Set<string>()
  let hasEnded = false

  for (const message of messages) {
    const shown = formOf(message).get('refresh_token')
    const made = answerOf(message)['refresh_token']
    if (message.kind === 'token_refresh' && shown !== null && !tokens.includes(shown)) tokens.push(shown)
    if (message.kind.startsWith('token_') && typeof made === 'string' && !tokens.includes(made)) tokens.push(made)
    if (message.errorCode === 'HF-TOKEN-0212' && shown !== null) reused.add(shown)
    hasEnded ||= endsChain(message, tokens)
  }

  return tokens.map((token, index) => ({
    token,
    status: hasEnded ? 'ended' : index === tokens.length - 1 ? 'newest' : 'used',
    reused: reused.has(token),
  }))
}

/** Reuse, a replayed code and the revocation of a refresh token end every token of the authorization. */
function endsChain(message: Message, tokens: readonly string[]): boolean {
  if (['HF-TOKEN-0212', 'HF-TOKEN-0211'].includes(message.errorCode ?? '')) return true
  if (message.kind === 'token_code' && message.errorCode === 'HF-TOKEN-0203') return tokens.length > 0

  return (
    message.kind === 'revoke' && message.response?.status === 200 && tokens.includes(formOf(message).get('token') ?? '')
  )
}
