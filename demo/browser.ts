import { spawn } from 'node:child_process'

/** True where opening a browser makes sense: somebody sits in front of a terminal that has a display. */
export function hasDisplay(environment: Readonly<Record<string, string | undefined>>, platform: string): boolean {
  if (environment['CI'] !== undefined || environment['SSH_CONNECTION'] !== undefined) return false
  if (platform === 'darwin' || platform === 'win32') return true

  return Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY'])
}

/** Asks the system to open an address of the demo's own. False if it cannot. */
export function openBrowser(url: string): Promise<boolean> {
  const [command, ...options] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler']
        : ['xdg-open']

  return new Promise((resolve) => {
    const child = spawn(command!, [...options, url], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
