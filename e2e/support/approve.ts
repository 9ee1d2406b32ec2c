import { person } from './child-server.ts'
import { createUserAgent } from './user-agent.ts'

interface Credentials {
  readonly username: string
  readonly password: string
}

/** What the person does in a browser: signs in, and allows unless that was done before. @returns the address the app is called back at */
export async function approve(authorizationUrl: string, { username, password }: Credentials = person): Promise<URL> {
  const agent = createUserAgent(fetch, new URL(authorizationUrl).origin)
  const signIn = await agent.open(authorizationUrl)
  const next = await agent.submit(signIn, '/sign-in', { username, password })
  const handOff = next.leavesFor === undefined ? await agent.submit(next, '/consent', { decision: 'allow' }) : next
  if (handOff.leavesFor === undefined)
    throw new Error(`the browser stays on a page: ${handOff.status}\n${handOff.html}`)

  return new URL(handOff.leavesFor)
}
