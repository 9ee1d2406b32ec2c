import { enFields } from './en-fields.ts'
import { enSteps } from './en-steps.ts'

/** Every word of the inspector in English. Its type is the type of all catalogues, so a missing key does not compile. */
export const en = {
  lang: 'en',
  title: 'Flow inspector',
  lead: 'Every message of an OAuth 2.1 flow, as it was sent, with what it is for.',
  skip: 'Skip to the steps',
  tabs: 'Kind of flow',
  person: { name: 'With a person', detail: 'authorization code + PKCE · 3-legged' },
  machine: { name: 'Without a person', detail: 'client credentials · 2-legged' },
  language: 'Language',
  live: 'Live: new messages appear by themselves',
  lost: 'Connection lost, trying again',
  liveOff: 'Snapshot: load the page again for newer messages',
  newFlow: (id: string) => `New flow ${id}`,
  newStep: (letter: string, name: string) => `Step ${letter}, ${name}, has happened`,

  empty: {
    person:
      'Nothing has happened yet. Begin with the button, and watch this page while you sign in and allow the access.',
    machine: 'No trusted program has asked for a token yet. Start the job in a terminal:',
  },
  start: 'Start: let Shop Analytics read my orders',
  startNote: 'Opens in a new tab. This page fills in while you go along.',
  demoAccount: (username: string) => `Sign in as ${username}, or press “Use the demo account”.`,

  parties: {
    title: 'The four parties',
    owner: 'Resource owner',
    client: 'Client',
    server: 'Authorization server',
    api: 'Resource server',
    ownerDetail: 'the person, in a browser',
    nobody: 'no person takes part',
    clientUnknown: 'the app',
    message: (from: string, to: string, line: string) => `${from} → ${to}: ${line}`,
    still: 'No message is selected.',
  },

  steps: {
    title: 'Steps',
    figure: (number: number) => `(${number}) in OAuth 2.1`,
    status: {
      waiting: 'not yet',
      running: 'under way',
      done: 'done',
      refused: 'refused',
      not_applicable: 'does not happen',
    },
    several: (count: number) => `${count} messages`,
    ...enSteps,
  },

  controls: {
    pretty: 'Readable',
    raw: 'Raw',
    view: 'How to show the message',
    guided: 'Guided: wait for “Next” at each step',
    unguided: 'Leave guided mode',
    next: (letter: string) => `Next: step ${letter}`,
    previous: (letter: string) => `Back: step ${letter}`,
    waitingFor: (letter: string) => `Step ${letter} has not happened yet. It appears here as soon as it does.`,
    replay: (letter: string) => `Replay from ${letter}`,
    stop: 'Stop',
    curl: 'Copy as curl',
    copy: 'Copy',
    copied: 'Copied',
    exportTitle: 'Save this flow',
    exportJson: 'JSON',
    exportHar: 'HAR',
    exportSecrets: 'with real secrets',
    exportNote: 'Secrets are masked to 4 characters and their length, unless you ask for them.',
  },

  message: {
    title: 'The real message',
    request: 'Request',
    response: 'Answer',
    none: 'No message yet.',
    others: 'Messages of this step',
    headers: 'Headers',
    query: 'Parameters of the address',
    form: 'Parameters of the form',
    json: 'Members of the answer',
    body: 'Body',
    landing: 'Where the browser goes next',
    landingParameters: 'What it carries',
    noHeaders: 'Only the guard before the API reported this call: header and answer were seen by neither side.',
    noResponse: 'No answer was seen.',
    took: (milliseconds: number) => `${milliseconds} ms`,
    seenBy: 'Seen by',
    taps: {
      server: 'the authorization server',
      client: 'the app that sent it',
      api: 'the API that received it',
      guard: 'the guard of the API',
    },
    page: 'A page for the person. Its text is not kept here.',
    empty: '(empty)',
    time: 'At',
    byPerson: 'Sent by the person’s browser. What was typed is not kept: only the names of the fields are.',
  },

  why: {
    title: 'What and why',
    none: 'Choose a step to read what it is for.',
    refused: 'Here it was refused:',
    compare: 'What came back, beside what the app stored',
    compareSame: 'same',
    compareDiffers: 'differs',
    sent: 'stored',
    returned: 'came back',
    missing: '(nothing)',
    state: 'state: the answer belongs to a request this browser began',
    issuer: 'iss: the answer is from the server that was asked',
    denied: (error: string) => `The app was told “${error}” instead of a code.`,
  },

  tally: {
    title: 'The two halves of the tally (PKCE)',
    left: 'left half: code_verifier',
    right: 'right half: code_challenge',
    explain:
      'A hufu (虎符) was a bronze tiger in two halves: an order was obeyed only when the half that came with it fitted the half that was kept. Here the app makes both halves, sends the right one ahead, and shows the left one when it fetches the token.',
    computed: 'SHA-256 of the left half, computed now',
    computedLabel: 'base64url(SHA-256(verifier))',
    match: 'The halves match',
    mismatch: 'The halves do not match',
    challenge_only: 'One half lies on the table. The app keeps the other.',
    none: 'No half was laid on the table: the app did not use PKCE.',
    method: 'Transform',
  },

  token: {
    title: 'The access token, taken apart',
    header: 'Header',
    claims: 'Claims',
    signature: 'Signature',
    verified: 'The signature is right: checked now with the published key',
    wrong: 'The signature does not fit any published key',
    unchecked: 'The signature was not checked here',
    opaque:
      'This token is opaque: it says nothing by itself. The API asks the authorization server what it means (introspection).',
    refresh: 'Refresh token',
    refreshGiven: 'A refresh token came with it. It is opaque, and for the authorization server alone.',
    refreshNone: 'No refresh token came with it.',
    refreshMachine: 'No refresh token: a program that acts for itself can ask for a new access token at any time.',
    lifetime: (seconds: number) => `good for ${seconds} s`,
    jwks: 'Published keys',
  },

  guard: {
    title: 'What the guard of the API checked',
    passed: 'passed',
    failed: 'failed',
    notLooked: 'not looked at',
    none: 'The guard of this API does not report to the inspector.',
    noToken: 'There was no token to check.',
    needs: 'Scope this route needs',
    checks: {
      proof: 'Proof: the sender holds a key and made this for this request',
      signature: 'Signature: made with a key the issuer publishes',
      active: 'Active: the issuer was asked and says so',
      type: 'Type: an access token, nothing that looks like one',
      issuer: 'Issuer: the server this API trusts',
      audience: 'Audience: meant for this API and no other',
      time: 'Time: begun and not over',
      binding: 'Binding: the token is bound to that key',
      once: 'Once: this proof was not used before',
      authentication: 'Sign-in: young and strong enough for this route',
      scope: 'Scope: this route is within what was allowed',
      subject: 'Subject: the right kind of caller',
      details: 'Details: this very thing was allowed',
    },
  },

  after: {
    title: 'After F',
    refresh: 'Refresh: a chain',
    refreshNone: 'Not refreshed yet. Each use of a refresh token makes the next one and spends itself.',
    refreshNoToken: 'This flow has no refresh token.',
    link: { newest: 'newest, the only good one', used: 'used up', ended: 'ended' },
    reused: 'shown a second time: that ended the whole chain',
    generation: (number: number) => `No. ${number}`,
    revoke: 'Revoke',
    revokeNone: 'Not revoked. The app, the person and the operator can each end the access at any time.',
    revoked: 'Revoked. The answer is 200 even for a token that is not known, so that nobody can try tokens out.',
    introspect: 'Introspect',
    introspectNone:
      'Nobody asked about a token. APIs that take opaque tokens ask with each request, or cache the answer.',
    introspected: (active: string) => `The API asked, and the answer was active: ${active}.`,
    never: 'A refresh token without an end',
    neverSet: 'Set for this app: its refresh token never expires. It ends when it is revoked, and then at once.',
    neverNot: (days: string) => `Not set for this app: its refresh token ends when it is not used for ${days}.`,
    neverAbout:
      'A setting for single apps that you would trust with a password. Rotation, reuse detection and revocation stay on; it is refused for apps that run in a page.',
    days: (count: number) => (count === 1 ? '1 day' : `${count} days`),
    open: 'Show this message',
    about: {
      refresh:
        'The app shows its newest refresh token and gets a new access token, and the next refresh token. The one it showed is spent. The person is not asked again.',
      revoke: 'The app gives the access back. Revoking a refresh token ends everything that came of the same consent.',
      introspect:
        'An API asks what a token means. The answer says whether it is good right now, and if not, nothing else.',
    },
  },

  drills: {
    title: 'Break it',
    lead: 'One click each: a real program makes the mistake over HTTP, and a real party refuses it. Nothing here is acted, and nothing stays broken.',
    none: 'The drills belong to the demo.',
    run: 'Break it',
    running: 'Running…',
    expects: 'ends with',
    result: 'Drill',
    met: 'refused, as it must be',
    show: 'Show the refused message',
    unmet: 'this is not the refusal that was expected',
    cause: 'Cause',
    fix: 'Fix',
    page: 'Read more about',
    failed: 'The drill could not be run',
    names: {
      'wrong-verifier': {
        name: 'Wrong verifier',
        detail: 'Someone stole the code and guesses the left half.',
      },
      'code-used-twice': {
        name: 'Code used twice',
        detail: 'The same code is shown again. Whatever came of it is taken back.',
      },
      'code-expired': { name: 'Code expired', detail: 'The app dawdles, and the code is past its minute.' },
      'changed-redirect-uri': {
        name: 'Changed redirect_uri',
        detail: 'A slash more, another port, another host: three tries.',
      },
      'missing-pkce': { name: 'Missing PKCE', detail: 'The app lays no half on the table.' },
      'plain-method': { name: 'Method plain', detail: 'The app wants to send the left half itself as the right one.' },
      'wrong-state': {
        name: 'Wrong state',
        detail: 'An answer arrives that this browser never asked for. The app must refuse it.',
      },
      'wrong-audience': { name: 'Wrong audience', detail: 'A good token, shown to another API than it is for.' },
      'expired-token': { name: 'Expired token', detail: 'A token that was good until a few minutes ago.' },
      'missing-scope': { name: 'Missing scope', detail: 'A good token that does not allow this.' },
      'refresh-token-reuse': {
        name: 'Refresh token reuse',
        detail: 'A spent refresh token comes back. The whole family ends.',
      },
    },
  },

  flows: {
    title: 'Flows',
    caption: 'The newest flows, kept in memory only',
    id: 'Flow',
    began: 'Began',
    app: 'App',
    steps: 'Steps',
    drill: 'Drill',
    none: 'None yet.',
    current: 'shown',
    ordinary: '–',
    show: (id: string) => `Show ${id}`,
  },

  fields: enFields,
  unknownField: 'Not part of the protocol that is explained here.',
}

/** The shape every language fills. */
export type InspectorMessages = Widened<typeof en>

/** Literal texts become `string`, so that another language may say it in its own words. */
type Widened<Value> = Value extends string
  ? string
  : Value extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Key in keyof Value]: Widened<Value[Key]> }
