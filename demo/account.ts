/** Whose password is printed at start, and whose orders are shown. */
export const demoUser = { username: 'li.wei@example.com', name: 'Li Wei', email: 'li.wei@example.com' } as const
