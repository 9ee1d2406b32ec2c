/** What each step is and why, for both kinds of flow. */
export const enSteps = {
  A: {
    person: {
      name: 'request',
      what: 'The app sends the browser to the authorization server. It says who it is, what it wants and where the answer shall go. The person has not been asked anything yet.',
      why: 'The app must not see the password, so it sends the person to the one place that may. The first half of the tally, the challenge, is laid on the table here: only who holds the other half can use what comes of this.',
    },
    machine: {
      name: 'request',
      what: 'No person is asked.',
      why: 'The program acts for itself, with rights that the operator gave to it. There is nobody whose consent it could want.',
    },
  },
  B: {
    person: {
      name: 'grant',
      what: 'The person signed in, read what the app wants, and decided. The browser carries the answer back to the app: a code, the state and the name of the server.',
      why: 'A code is not a token: it works once, for a minute, and only together with the left half of the tally. Whoever reads it off the address bar has nothing. The app compares state and iss with what it stored, so that nobody can slip it an answer of another sign-in or of another server.',
    },
    machine: {
      name: 'grant',
      what: 'No person is asked, so nobody grants anything here.',
      why: 'The client’s own credential is the grant. That is why only programs that can keep a secret may do this.',
    },
  },
  C: {
    person: {
      name: 'exchange',
      what: 'The app itself, without the browser, brings the code to the authorization server, and the left half of the tally with it.',
      why: 'The server computes SHA-256 of the left half and lays it beside the right half from step A. Only the program that began the flow has it. A confidential app proves with its own credential besides that it is the one.',
    },
    machine: {
      name: 'exchange',
      what: 'The program authenticates with its own credential and asks for a token.',
      why: 'A signed assertion or a secret proves who asks. It names the scope it wants; it never gets more than it is registered for.',
    },
  },
  D: {
    person: {
      name: 'token',
      what: 'The authorization server answers with an access token, and with a refresh token if the app may have one.',
      why: 'The token is for one API, for a few minutes, for what the person allowed. A JWT can be checked by the API itself, without a call. The refresh token gets the next one without the person, until the person ends it.',
    },
    machine: {
      name: 'token',
      what: 'The authorization server answers with an access token and no refresh token.',
      why: 'A refresh token spares a person from being asked again. Here there is none, and the program can ask again at any time.',
    },
  },
  E: {
    person: {
      name: 'call',
      what: 'The app calls the API and shows the token in the Authorization header.',
      why: 'Nowhere else: not in the address, where it would end in logs and histories. The guard of the API checks signature, issuer, audience, time and scope before any of the API’s own code runs.',
    },
    machine: {
      name: 'call',
      what: 'The program calls the API and shows its token in the Authorization header.',
      why: 'The token’s subject is the program itself. The API knows that no person stands behind it, and serves only what programs may have.',
    },
  },
  F: {
    person: {
      name: 'answer',
      what: 'The API answers with what the token allows: the orders of this one person.',
      why: 'That a token may read orders does not say whose. The API takes the subject from the token, never from the request, and shows nothing else. A refusal comes as a WWW-Authenticate challenge that says what is missing.',
    },
    machine: {
      name: 'answer',
      what: 'The API answers with what this program may have.',
      why: 'Figures about all orders, and no single one of them: what belongs to a person needs a person’s consent.',
    },
  },
}
