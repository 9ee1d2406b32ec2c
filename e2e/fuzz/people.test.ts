import { fuzz } from './fuzz.ts'
import { peopleTargets } from './people.ts'

fuzz(
  [
    'authorize',
    'authorize, at once',
    'authorize, posted',
    'authorize, pushed',
    'sign-in, on the way',
    'a waiting page',
    'consent',
    'home',
    'sign-in page',
    'sign-in',
    'sign-out page',
    'sign-out',
    'end session',
    'end session, confirmed',
    'device page',
    'device code',
    'an error explained',
    'a style sheet',
    'no page',
  ],
  peopleTargets,
)
