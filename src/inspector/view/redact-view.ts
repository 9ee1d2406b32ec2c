import type { FlowView } from '../model.ts'
import { mask, redactFlow } from '../redact.ts'

/** A view whose values are masked. What was compared stays compared: the verdicts are of the real values. */
export function redactView(view: FlowView): FlowView {
  const flow = redactFlow(view.flow)
  const masked = new Map(flow.messages.map((each) => [each.id, each]))
  const cover = (value: string | undefined) => (value === undefined ? undefined : mask(value))
  const { tally, token, state } = view

  return {
    ...view,
    flow,
    steps: view.steps.map((step) => ({
      ...step,
      main: step.main && masked.get(step.main.id),
      messages: step.messages.map((each) => masked.get(each.id) ?? each),
    })),
    tally: { ...tally, verifier: cover(tally.verifier), computed: cover(tally.computed) },
    state: state && { ...state, sent: cover(state.sent), returned: cover(state.returned) },
    token: token && {
      ...token,
      accessToken: mask(token.accessToken),
      refreshToken: cover(token.refreshToken),
      jwt: token.jwt && {
        ...token.jwt,
        raw: [mask(token.jwt.raw[0]), mask(token.jwt.raw[1]), mask(token.jwt.raw[2])],
      },
    },
    revocations: view.revocations.map((each) => masked.get(each.id) ?? each),
    introspections: view.introspections.map((each) => masked.get(each.id) ?? each),
  }
}
