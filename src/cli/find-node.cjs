'use strict'
// Old syntax on purpose: any Node since 10 must read this file far enough to find a newer one.

var childProcess = require('child_process')
var fs = require('fs')
var path = require('path')

/** Whether this is the built package; in the repository the entry is TypeScript, which a new Node runs as it is. */
exports.published = fs.existsSync(path.join(__dirname, 'main.js'))
exports.folder = __dirname
exports.entry = path.join(__dirname, exports.published ? 'main.js' : 'main.ts')

/** What `engines` in package.json says, in words for people. */
exports.needed = '24.7 or 26 and newer'

/** @param {string} version such as `v26.10.0` */
exports.isNewEnough = function (version) {
  var parts = String(version).replace(/^v/, '').split('.').map(Number)
  // The first Node with crypto.argon2.
  return (parts[0] === 24 && parts[1] >= 7) || parts[0] >= 26
}

/** Packages of the npm registry which are nothing but a Node binary for one platform. */
exports.packageNames = function (platform, arch) {
  if (platform === 'win32') return ['node-win-' + arch, 'node']
  return ['node-' + platform + '-' + arch, 'node-bin-' + platform + '-' + arch, 'node']
}

/**
 * Finds a Node that can run Hufu: this one, else one installed as an npm package in a node_modules folder
 * at or above `from`. A candidate is asked for its version, since a binary for another libc is there but does not run.
 *
 * @param {string} from
 * @param {{ version: string, execPath: string }} [current] this process, or what a test puts in its place
 * @returns {{ path: string | undefined, version: string, found: string[] }} found: what was looked at and is too old
 */
exports.findNode = function (from, current) {
  var self = current || process
  if (exports.isNewEnough(self.version)) return { path: self.execPath, version: self.version, found: [] }

  var found = [self.version + ' (' + self.execPath + ')']
  var names = exports.packageNames(process.platform, process.arch)
  var binary = process.platform === 'win32' ? 'node.exe' : 'node'
  var folder = path.resolve(from)
  for (;;) {
    for (var i = 0; i < names.length; i++) {
      var candidate = path.join(folder, 'node_modules', names[i], 'bin', binary)
      if (!fs.existsSync(candidate)) continue

      var version = versionOf(candidate)
      if (exports.isNewEnough(version)) return { path: candidate, version: version, found: found }
      found.push((version || 'one that does not start') + ' (' + candidate + ')')
    }
    var parent = path.dirname(folder)
    if (parent === folder) return { path: undefined, version: '', found: found }
    folder = parent
  }
}

/** One line for a person whose Node is too old: needed, found, how to fix. */
exports.explain = function (result, fix) {
  return 'hufu needs Node ' + exports.needed + '; found ' + result.found.join(', ') + '. To fix: ' + fix
}

/**
 * Runs a program in the place of this process: same terminal, signals handed on, and its exit code or signal is ours.
 *
 * @param {string} command path of the program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
exports.become = function (command, args, env) {
  env.HUFU_STARTED_BY = String(process.pid)
  var child = childProcess.spawn(command, args, { stdio: 'inherit', env: env })
  var handlers = {}
  // npm dies of a signal without passing it on; the server must not stay behind and keep the port.
  var parent = process.ppid
  if (env.npm_lifecycle_event !== undefined)
    setInterval(function () {
      if (process.ppid !== parent) child.kill('SIGTERM')
    }, 500)
  ;['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'].forEach(function (signal) {
    handlers[signal] = function () {
      // A terminal has sent ^C to the whole group already; a second one would mean "now".
      if (signal === 'SIGINT' && process.stdin.isTTY) return
      child.kill(signal)
    }
    process.on(signal, handlers[signal])
  })
  child.on('error', function (error) {
    process.stderr.write('cannot start ' + command + ': ' + error.message + '\n')
    process.exit(1)
  })
  child.on('exit', function (code, signal) {
    if (signal === null) return process.exit(code)

    if (handlers[signal]) process.removeListener(signal, handlers[signal])
    process.kill(process.pid, signal)
    // Signals we cannot die of (some are ignored by a parent's choice) still must not look like success.
    setTimeout(function () {
      process.exit(1)
    }, 1000)
  })
}

/** The environment in which `node` means the Node at `nodePath`. */
exports.withNodeFirst = function (nodePath, env) {
  var copy = {}
  var name = 'PATH'
  Object.keys(env).forEach(function (key) {
    copy[key] = env[key]
    if (key.toUpperCase() === 'PATH') name = key
  })
  copy[name] = path.dirname(nodePath) + path.delimiter + (env[name] || '')
  return copy
}

function versionOf(nodePath) {
  var answer = childProcess.spawnSync(nodePath, ['--version'], { encoding: 'utf8', timeout: 20000 })
  return answer.status === 0 ? answer.stdout.trim() : ''
}
