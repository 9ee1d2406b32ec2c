import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { durationIn } from './duration.ts'
import { deviceTexts } from './en-device.ts'
import { errorTexts } from './errors/en/index.ts'

const duration = durationIn('en')

/**
 * Every word of the pages in English. Its type is the type of all catalogues, so a key that another language lacks
 * does not compile (UX-9.3). What stands around a value is one whole sentence here, never put together elsewhere.
 */
export const en = {
  lang: 'en',
  dir: 'ltr' as 'ltr' | 'rtl',

  shell: {
    titleOf: (page: string, product: string) => `${page} · ${product}`,
    homeLink: (product: string) => `${product}, start page`,
    footer: 'About this page',
    language: 'Language',
    help: 'Help',
    development: 'Development server. It is not meant for real accounts.',
  },

  signIn: {
    title: 'Sign in',
    toContinueTo: (app: Html) => html`to continue to ${app}`,
    alone: (product: Html) => html`to your ${product} account`,
    username: 'Email or username',
    password: 'Password',
    show: 'Show',
    hide: 'Hide',
    submit: 'Continue',
    wrong: 'The name or the password is not right. Please check both and try again.',
    throttled: (minutes: number) => `There were too many tries. Please wait ${duration(minutes * 60)}, then try again.`,
    cancel: (app: string) => `Cancel and return to ${app}`,
    demoTitle: 'Just looking around?',
    demo: 'Use the demo account',
    demoNote: (username: Html) => html`Signs you in as ${username}. Everything it holds is made up.`,
  },

  consent: {
    title: (app: string) => `${app} wants to use your account`,
    heading: (app: Html) => html`${app} wants to use your account`,
    reviewed: 'Verified developer',
    unreviewed: (product: Html) =>
      html`Not verified: ${product} has not checked this developer. Continue only if you know this app.`,
    localProgram: 'A program on this computer is asking. Continue only if you have just started it yourself.',
    fromHost: (host: Html, product: Html) => html`An app of ${host}, not made by ${product}`,
    looksLike: (app: Html, other: Html) => html`The name “${app}” looks like “${other}”, but this is another app.`,
    madeBy: (developer: Html, product: Html) => html`Made by ${developer}, not by ${product}`,
    madeByOthers: (product: Html) => html`An independent app, not made by ${product}`,
    signedInAs: (account: Html) => html`Signed in as ${account}`,
    anotherAccount: 'Use another account',
    once: 'Once, and only this',
    inDetail: 'In detail',
    yes: 'Yes',
    no: 'No',
    able: 'It will be able to',
    fresh: 'New',
    already: 'Already allowed',
    access: { read: 'Reading', write: 'Changing', delete: 'Deleting', money: 'Money' },
    needed: 'needed',
    optional: 'optional',
    optionalHint: 'Your choice. You can leave this off.',
    unable: 'It cannot',
    unablePassword: 'See your password. It is only ever typed here.',
    until: 'How long',
    untilRemoved: 'Until you remove it',
    untilOver: (seconds: number) => `For ${duration(seconds)}`,
    untilUnused: (seconds: number) => `Until it goes unused for ${duration(seconds)}`,
    untilOverOrUnused: (over: number, unused: number) =>
      `For ${duration(over)}, or until it goes unused for ${duration(unused)}`,
    untilOnce: (seconds: number) => `Only now, for ${duration(seconds)} at most`,
    destination: 'Then you go to',
    destinationDevice: (host: Html) => html`a program on this device, at ${host}`,
    destinationApp: (scheme: Html) => html`the app on this device that opens ${scheme}`,
    cancel: 'Cancel',
    allow: 'Allow',
    next: 'What happens next',
    nextAllow: (app: Html) =>
      html`If you allow it, ${app} gets a code that works once and only for a short time. It trades the code for an
      access token, and with that it can do what is listed above and nothing else.`,
    nextCancel: (app: Html) => html`If you cancel, ${app} is told that you said no. It learns nothing else about you.`,
    nextTechnical: 'For the technically minded',
    clientId: 'Client',
    scopes: 'Scopes',
  },

  /** What OpenID Connect asks about the person, in the words of the consent page. */
  identity: {
    openid: { title: 'Sign you in', detail: 'It learns that it is you, by a number that is always the same.' },
    profile: {
      title: 'See who you are',
      detail: 'Your name, username, picture, language and the like, as far as they are known.',
    },
    email: { title: 'See your email address', detail: 'And whether it was verified.' },
    address: { title: 'See your postal address', detail: 'As far as it is known.' },
    phone: { title: 'See your phone number', detail: 'And whether it was verified.' },
  },

  handOff: {
    title: (app: string) => `Back to ${app}`,
    heading: (app: Html) => html`Taking you back to ${app}`,
    headingApp: (app: Html) => html`Ready to go back to ${app}`,
    allowed: 'Done. You have allowed the access.',
    refused: 'Done. Nothing was shared.',
    failed: 'The request could not be completed. Nothing was shared.',
    signedOut: 'Done. You are signed out here.',
    waiting: 'This takes a moment. If nothing happens, continue here.',
    waitingApp: 'It is up to you: the button takes you there. You can close this page afterwards.',
    link: (app: string) => `Continue to ${app}`,
    destination: 'You are going to',
  },

  /** What a person reads when the request of an app cannot be answered to the app. */
  refusal: {
    safe: 'Your account was not shared.',
    app: {
      heading: 'The app that sent you here made a mistake',
      body: 'We could not understand its request, so nothing was started.',
      advice: 'Go back to the app and try again. If it happens again, send its makers the reference below.',
    },
    client: {
      heading: 'We do not know the app that sent you here',
      body: 'It may have been removed, or the link is not complete.',
      advice: 'Go back to the app and try again. If it happens again, send its makers the reference below.',
    },
    address: {
      heading: 'We stopped before sending you on',
      body: 'The app wanted you sent to an address that it has not registered with us. That is nearly always a slip in its settings, and now and then an attempt to cheat.',
      advice: 'You need not do anything. If you trust the app, send its makers the reference below.',
    },
    stale: {
      heading: 'This link is no longer valid',
      body: 'It works once and only for a short time, and it was used before or has waited too long.',
      advice: 'Go back to the app and begin again.',
    },
    busy: {
      heading: 'We cannot answer right now',
      body: 'There is more to do than usual, or there were too many tries.',
      advice: 'Please wait a few minutes and try again.',
    },
    fault: {
      heading: 'Something went wrong on our side',
      body: 'It is not your fault, and nothing was changed.',
      advice: 'Please try again in a few minutes. If it happens again, tell the operator and give the reference below.',
    },
    document: {
      heading: 'We could not find out which app sent you here',
      body: 'It is described by a document on its own server, and we could not use that document.',
      advice: 'Go back to the app and try again in a minute. If it happens again, send its makers the reference below.',
    },
    signOut: {
      heading: 'The app could not sign you out here',
      body: 'Its request was not in order, so nothing was changed. You may still be signed in in this browser.',
      advice: 'You can sign out here yourself. If it happens again, send the makers of the app the reference below.',
    },
    documentHost: (host: Html) => html`The document would be on ${host}.`,
    reference: 'Reference',
    developer: 'For the developer of the app',
    explain: 'What this reference means',
    received: 'Received',
    registered: 'Registered',
    noneRegistered: 'No address is registered for this app.',
    differing: 'differs:',
  },

  redirect: {
    other_app: 'This address is registered for another app of yours. Check the client_id.',
    other_environment: 'This address is registered for this app in another environment. Check which server you call.',
    scheme: 'The scheme differs: http and https are two different addresses. Send it as it is registered.',
    loopback_name:
      'localhost, 127.0.0.1 and [::1] are three different addresses. Send the registered one; 127.0.0.1 is the best choice.',
    port: 'The port differs. Only http://127.0.0.1 and http://[::1] may change their port.',
    trailing_slash: 'One address ends in a slash and the other does not. Send it as it is registered.',
    letter_case: 'The letters differ in case. Upper and lower case count everywhere, in the path too.',
    www: 'One address has www. and the other does not.',
    percent_encoding:
      'The address is percent-encoded differently, perhaps twice. Encode it once, as a query parameter.',
    query: 'The query differs. What you want back belongs in state, not in the redirect address.',
    fragment: 'A redirect address has no # part. Remove it.',
    default_port: 'One address names the default port. Leave it out in both.',
    missing_path: 'The path is missing. Send the whole address, not just the host.',
    look_alike: 'The address has a letter that only looks like the right one. Type it again by hand.',
    nothing_near: 'No registered address is like this one. Add it to the app, or send one of those registered.',
  },

  answered: {
    title: 'You have already answered',
    body: 'Your answer has been taken. This page cannot be used a second time, so that nothing is allowed twice.',
    expiredTitle: 'This page is no longer valid',
    expiredBody: 'It was open for too long, or it was begun in another browser. Nothing was shared.',
    advice: 'Go back to the app and begin again if you want to change something.',
    home: (app: string) => `Go to ${app}`,
  },

  signOut: {
    title: 'Sign out?',
    body: (product: Html) => html`This signs you out of ${product} in this browser.`,
    apps: 'Apps you have allowed to act for you keep their access. Those that only signed you in lose it.',
    told: 'These apps are told, and may sign you out as well:',
    signedInAs: (account: Html) => html`You are signed in as ${account}.`,
    askedBy: (app: Html) => html`${app} sent you here to sign out.`,
    nobody: 'Nobody is signed in in this browser.',
    submit: 'Sign out',
    stay: 'Stay signed in',
    doneTitle: 'You are signed out',
    doneBody: (product: Html) => html`Nobody is signed in to ${product} in this browser any more.`,
    again: 'Sign in again',
    home: 'Start page',
  },

  home: {
    title: (product: string) => `This is ${product}`,
    heading: (product: Html) => html`This is ${product}`,
    lead: 'Here you decide which apps may use your account, and for what. They never see your password.',
    signedInAs: (account: Html) => html`You are signed in as ${account}.`,
    signedOut: 'Nobody is signed in in this browser.',
    signIn: 'Sign in',
    signOut: 'Sign out',
    questions: 'Good to know',
    answers: [
      {
        question: 'How does an app get access?',
        answer:
          'The app sends you here. You sign in, read what it asks for, and allow it or not. Then you go back to the app.',
      },
      {
        question: 'Does the app see my password?',
        answer:
          'No. You type it only on this site. The app gets a key of its own that does what you allowed and nothing else.',
      },
      {
        question: 'How do I know that this page is real?',
        answer: 'Look at the address in your browser before you type your password. It has to be the one you know.',
      },
    ],
    developers: 'For developers',
    inspector: 'Watch a sign-in step by step',
    metadata: 'The server in machine-readable form (RFC 8414)',
  },

  errorCode: {
    title: (id: string) => `Error ${id}`,
    meaning: 'What it means',
    causes: 'Why it happens, the most frequent cause first',
    fix: 'How to fix it',
    example: 'Try it',
    wire: 'On the wire',
    wireNone: 'No error attribute: there was no token at all to complain about, or it is the app itself that refuses.',
  },

  notFound: {
    title: 'There is no such page',
    body: 'The address may be mistyped, or the page has moved.',
    home: 'Start page',
  },

  notAllowed: {
    title: 'This page is not for your account',
    body: 'It is for the administrators of this server. If you are one, sign in with that account.',
    signIn: 'Use another account',
  },

  device: deviceTexts,

  errors: errorTexts,
}

/** The shape every language fills. */
export type Messages = typeof en
