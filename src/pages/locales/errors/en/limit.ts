import type { ErrorTexts } from '../../error-text.ts'

/** Too much, and faults of the server. */
export const limit = {
  'HF-LIMIT-0601': {
    title: 'Too many tries',
    meaning: 'There were more failed tries than a person or a healthy program makes. It goes on after a pause.',
    causes: ['A wrong password or secret is tried again and again by a program.', 'Somebody is guessing.'],
    fix: ['Wait as long as Retry-After says.', 'Stop repeating a request that failed for its content.'],
  },
  'HF-LIMIT-0602': {
    title: 'Too many pushed requests',
    meaning: 'A client pushed more authorization requests than people can answer. It goes on after a pause.',
    causes: [
      'A request is pushed again and again by a loop.',
      'Many apps that share one public client push from one address.',
    ],
    fix: ['Wait as long as Retry-After says.', 'Push when a person wants to sign in, not ahead of time.'],
  },
  'HF-LIMIT-0603': {
    title: 'Too many devices have begun',
    meaning: 'A client asked for more device codes than people can enter. It goes on after a pause.',
    causes: [
      'A device begins anew in a loop, without anybody there.',
      'Many devices that share one public client begin from one address.',
    ],
    fix: ['Wait as long as Retry-After says.', 'Begin when a person asks for it, not when the device starts.'],
  },
  'HF-LIMIT-0604': {
    title: 'Too many requests wait for a person',
    meaning: 'From one place, or in all, more sign-ins have begun than people can finish. Those that have begun go on.',
    causes: [
      'A program calls the authorization endpoint in a loop, without anybody there.',
      'A very large network reaches the server by one address.',
    ],
    fix: [
      'Wait as long as Retry-After says.',
      'Open the authorization endpoint when a person wants to sign in, not ahead of time.',
    ],
  },
  'HF-LIMIT-0690': {
    title: 'The server failed',
    meaning:
      'Something went wrong that should not. Nothing was changed: what is not answered with success was not done.',
    causes: ['An error in the server.', 'The storage does not answer.'],
    fix: ['Try again a little later.', 'Give the operator the request id: it leads to the entry in the log.'],
  },
  'HF-LIMIT-0691': {
    title: 'The server cannot answer now',
    meaning: 'It is overloaded or about to restart. Nothing was changed.',
    causes: ['A restart or an update.', 'More requests than it can take.'],
    fix: ['Try again after what Retry-After says, with a little chance in the wait.'],
  },
} satisfies ErrorTexts
