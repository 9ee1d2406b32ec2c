import type { ErrorTexts } from '../../error-text.ts'

/** Devices without a browser. */
export const device = {
  'HF-DEVICE-0401': {
    title: 'Nobody has decided yet',
    meaning:
      'The person has not yet entered the code that the device shows, or has not yet decided. This is an answer, not a failure.',
    causes: ['The person is still signing in.', 'Nobody has entered the code.'],
    fix: ['Wait as long as interval says, then ask again.', 'Keep showing the code and the address of the page.'],
  },
  'HF-DEVICE-0402': {
    title: 'The device asks too often',
    meaning:
      'It asked again before its interval was over. From now on it has to wait 5 seconds longer than before, each time.',
    causes: ['The loop does not wait, or waits less than interval.', 'Two loops ask with the same code.'],
    fix: ['Add 5 seconds to the interval whenever slow_down comes.', 'Ask from one place only.'],
  },
  'HF-DEVICE-0403': {
    title: 'The device code has expired',
    meaning: 'Nobody decided within ten minutes. The code on the device is no longer good, and nothing was shared.',
    causes: ['The person left the device alone.', 'The device was asleep.'],
    fix: ['Begin anew and show the new code, at best when the person asks for it.'],
  },
  'HF-DEVICE-0404': {
    title: 'The person said no to the device',
    meaning: 'The person cancelled in the browser. This is an answer, not a failure.',
    causes: ['The person did not want to share what was asked for.', 'The code was not of their own device.'],
    fix: ['Show that it was cancelled, and offer to begin anew.'],
  },
  'HF-DEVICE-0405': {
    title: 'The device code is missing',
    meaning: 'The token request asks for what a device waits for, without saying which device.',
    causes: ['device_code is empty or has another name.', 'user_code was sent in its place.'],
    fix: ['Send the device_code of the answer with which the device began.'],
  },
  'HF-DEVICE-0406': {
    title: 'The device code is not valid',
    meaning: 'No device of this client waits with this code.',
    causes: [
      'The code was cut off or changed on its way.',
      'It is of another client or of another server.',
      'The user code was sent in its place.',
      'It expired more than an hour ago.',
    ],
    fix: ['Send device_code unchanged, with the client_id that it was given to.', 'Begin anew.'],
  },
  'HF-DEVICE-0407': {
    title: 'The device code was used before',
    meaning: 'Tokens were given for it once, and that is all it is good for.',
    causes: [
      'The answer with the tokens was lost on its way, and the device asked again.',
      'Two loops ask with the same code.',
    ],
    fix: ['Use the tokens of the first answer.', 'If they are lost, begin anew.'],
  },
} satisfies ErrorTexts
