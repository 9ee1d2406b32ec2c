import type { ErrorTexts } from '../../error-text.ts'

/** What an app finds in an answer. */
export const app = {
  'HF-APP-1101': {
    title: 'The state that came back is not the one that was sent',
    meaning:
      'An answer arrived at the app under a state that this browser was never given. The app must refuse it: the code in it may be somebody else’s. No server can see this, so the app alone can stop it.',
    causes: [
      'Somebody slipped the browser an answer of their own, so that their account would be connected to it.',
      'The sign-in was begun in another browser, or the app’s cookie was lost or had ended.',
      'The app keeps one state for all sign-ins, and a second tab overwrote the first.',
    ],
    fix: [
      'Refuse the answer, do not redeem the code, and let the person begin again.',
      'Make a random state for each sign-in, keep it in the browser’s session, and use it once.',
    ],
  },
} satisfies ErrorTexts
