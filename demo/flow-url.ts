/** Where the inspector shows a flow of a client that acts for itself; without one, the inspector. */
export const flowUrl = (inspector: string, flow: string | undefined) =>
  flow === undefined ? inspector : `${inspector}?kind=machine&flow=${flow}`
