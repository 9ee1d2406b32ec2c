import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { durationIn } from './duration.ts'

const duration = durationIn('en')

/** The pages about devices, written beside `zh-CN-device.ts`. */
export const deviceTexts = {
  title: 'Connect a device',
  lead: 'Enter the code that your device shows.',
  label: 'Code',
  hint: 'Eight letters. Capitals, blanks and dashes make no difference.',
  compareTitle: 'Is this the code on your device?',
  compare:
    'Look at the device and compare each letter. Go on only if you have the device in your hands or in front of you.',
  submit: 'Continue',
  submitSame: 'It is the same, continue',
  caution:
    'Only continue if you started this yourself, on a device in front of you. Nobody from support will ask you for a code.',
  malformed: 'That is not a code of a device: it has eight letters and no vowels. Please compare it with the device.',
  wrong:
    'This code is not known here, has expired, or was entered in another browser. Please check it, or let the device show a new one.',
  throttled: (minutes: number) => `There were too many tries. Please wait ${duration(minutes * 60)}, then try again.`,

  signIn: (app: Html) => html`to connect a device to ${app}`,
  cancel: 'Cancel, connect no device',

  consentTitle: (app: string) => `${app} on a device wants to use your account`,
  consentHeading: (app: Html) => html`${app} on a device wants to use your account`,
  noticeTitle: 'You are connecting a device',
  notice: (app: Html) =>
    html`Whoever holds the device gets this access to your account, through ${app}. It may be far away from you.`,
  code: 'Code on the device',
  asked: 'Began',
  askedNow: 'less than a minute ago',
  askedAgo: (seconds: number) => `${duration(seconds)} ago`,
  from: 'From the address',
  fromUnknown: 'not known',
  fromSame: 'the same as this browser',
  fromOther: 'different from this browser',
  website: 'Website of the app',
  nextAllow: (app: Html) =>
    html`If you allow it, the device gets an access token as soon as it asks again, and with that ${app} can do what is
    listed above and nothing else. This browser stays here.`,
  nextCancel: (_app: Html) =>
    html`If you cancel, the device is told that you said no. It learns nothing else about you.`,

  connectedTitle: 'The device is connected',
  connected: (app: Html) => html`You have allowed the access. ${app} goes on by itself on the device in a moment.`,
  refusedTitle: 'The device was not connected',
  refused: 'Nothing was shared.',
  close: 'You can close this page.',
}
