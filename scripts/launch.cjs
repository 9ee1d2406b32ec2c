'use strict'
// Old syntax on purpose: any Node since 10 runs this far enough to install what is missing and find the Node we need.
// Usage: node scripts/launch.cjs <task> [arguments]

var childProcess = require('child_process')
var crypto = require('crypto')
var fs = require('fs')
var path = require('path')
var finder = require('../src/cli/find-node.cjs')

var root = path.join(__dirname, '..')
var modules = path.join(root, 'node_modules')
var stampFile = path.join(modules, '.hufu-installed')

var tasks = {
  demo: ['demo/main.ts'],
  dev: ['src/cli/main.ts', 'dev'],
  cli: ['src/cli/main.ts'],
  test: ['scripts/test.ts'],
  check: ['scripts/test.ts', '--quick'],
  node24: ['scripts/node24.ts'],
  trace: ['scripts/trace.ts'],
  planted: ['scripts/planted.ts'],
  policies: ['scripts/planted-policies.ts'],
  format: ['node_modules/oxfmt/bin/oxfmt', '.'],
  pack: ['scripts/pack.ts'],
  screenshots: ['scripts/screenshots.ts'],
  bench: ['bench/main.ts'],
  'bench:scale': ['bench/scale.ts'],
  'bench:fleet': ['bench/fleet.ts'],
  'bench:start': ['bench/start.ts'],
  mcp: ['examples/mcp-notes/start.ts'],
  reference: ['scripts/reference.ts'],
}

var task = tasks[process.argv[2]]
if (task === undefined) {
  say('usage: node scripts/launch.cjs ' + Object.keys(tasks).join('|') + ' [arguments]')
  process.exit(2)
}

var reason = reasonToInstall()
if (reason !== undefined) install(reason)

var result = finder.findNode(root)
if (result.path === undefined) {
  say(finder.explain(result, 'install one from https://nodejs.org and run this again.'))
  process.exit(3)
}
var program = [path.join(root, task[0])].concat(task.slice(1), process.argv.slice(3))
var env = finder.withNodeFirst(result.path, process.env)
// Types are stripped and code is compiled once: a server starts from its sources in half the time (190 ms of processor time,
// not 460). Tests do without, so that they run what stands there.
if (['dev', 'demo', 'cli', 'mcp'].indexOf(process.argv[2]) >= 0 || process.argv[2].startsWith('bench'))
  env.NODE_COMPILE_CACHE = env.NODE_COMPILE_CACHE || path.join(modules, '.cache', 'hufu')
finder.become(result.path, program, env)

function say(line) {
  process.stderr.write(line + '\n')
}

/** Why `npm ci` has to run, or undefined. The stamp is the lockfile's hash, written after each install that worked. */
function reasonToInstall() {
  if (!fs.existsSync(modules)) return 'node_modules is missing'
  if (fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === stamp()) return undefined

  var reason = differenceToLockfile()
  if (reason === undefined) fs.writeFileSync(stampFile, stamp())
  return reason
}

function stamp() {
  var lockfile = fs.readFileSync(path.join(root, 'package-lock.json'))
  return crypto.createHash('sha256').update(lockfile).digest('hex') + ' ' + process.platform + ' ' + process.arch + '\n'
}

/** Somebody ran npm by hand: its own record of what it installed says whether that was this lockfile. */
function differenceToLockfile() {
  var record = path.join(modules, '.package-lock.json')
  if (!fs.existsSync(record)) return 'the last installation did not finish'

  var wanted = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages
  var installed = JSON.parse(fs.readFileSync(record, 'utf8')).packages
  var names = Object.keys(wanted)
  for (var i = 0; i < names.length; i++) {
    var want = wanted[names[i]]
    if (names[i].indexOf('node_modules/') === -1) continue
    if (!isForThisPlatform(want)) continue

    var have = installed[names[i]]
    if (have === undefined || !fs.existsSync(path.join(root, names[i]))) {
      // An optional package without a platform belongs to one that has: without that, it is rightly absent.
      if (want.optional && want.os === undefined) continue
      return names[i] + ' is missing'
    }
    if (have.version !== want.version || have.integrity !== want.integrity)
      return names[i] + ' is not the locked version'
  }
  return undefined
}

function isForThisPlatform(entry) {
  return (
    includes(entry.os, process.platform) &&
    includes(entry.cpu, process.arch) &&
    includes(entry.libc, hasGlibc() ? 'glibc' : 'musl')
  )
}

function includes(list, value) {
  if (list === undefined) return true
  var names = [].concat(list)
  return names.indexOf(value) !== -1 || (names[0].charAt(0) === '!' && names.indexOf('!' + value) === -1)
}

function hasGlibc() {
  if (process.platform !== 'linux' || !process.report || !process.report.getReport) return true
  return process.report.getReport().header.glibcVersionRuntime !== undefined
}

function install(reason) {
  say('Installing packages with npm ci, since ' + reason + ' …')
  // Under `npm start` these name npm's own Node, not node_modules/.bin/node, which npm ci is about to delete.
  var npm = process.env.npm_execpath
  var viaNode = npm !== undefined && /\.c?js$/.test(npm)
  var command = viaNode ? process.env.npm_node_execpath || process.execPath : 'npm'
  var flags = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  var outcome = childProcess.spawnSync(command, (viaNode ? [npm] : []).concat(flags, ['--loglevel=error']), {
    cwd: root,
    // npm's summary is not ours: `hufu dev` promises that stdout carries its ready line only.
    stdio: ['ignore', 2, 2],
    shell: !viaNode && process.platform === 'win32',
  })
  if (outcome.status !== 0) {
    say('npm ci failed' + (outcome.error ? ': ' + outcome.error.message : '') + '. Run it by hand to see why: npm ci')
    process.exit(outcome.status || 1)
  }
  fs.writeFileSync(stampFile, stamp())
}
