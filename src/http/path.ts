/**
 * The path as it is routed: a doubled leading slash is one, because some SDKs put a base URL that ends in a slash
 * before a path that begins with one (DECISIONS 12). Nothing else is changed.
 */
export const routedPath = (path: string) => path.replace(/^\/{2,}/, '/')
