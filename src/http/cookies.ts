/** Reads one cookie. A name that comes twice is not believed: a sibling host may have planted one (attack row UI-03). */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  const found = header
    .split(';')
    .map((each) => each.trim())
    .filter((each) => each.startsWith(`${name}=`))

  return found.length === 1 ? found[0]!.slice(name.length + 1) : undefined
}

/**
 * A cookie for the whole host that script cannot read. On https it is bound to the host by its `__Host-` name, which
 * the caller chooses.
 *
 * @param maxAge seconds; 0 removes it, `undefined` keeps it until the browser is closed
 */
export function formatCookie(
  name: string,
  value: string,
  options: { readonly secure: boolean; readonly maxAge?: number | undefined },
): string {
  const age = options.maxAge === undefined ? '' : `; Max-Age=${options.maxAge}`

  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${age}${options.secure ? '; Secure' : ''}`
}
