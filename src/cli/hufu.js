#!/usr/bin/env node
// Old syntax on purpose, and nothing only a module or only CommonJS may say: Node 10 reads this as CommonJS, newer ones
// as a module. It finds a Node that can run the command line: main.ts here, main.js in the published package.

if (typeof require === 'function') run(require('./find-node.cjs'))
else
  import('./find-node.cjs').then(function (module) {
    run(module.default)
  })

function run(finder) {
  var result = finder.findNode(finder.folder)
  if (result.path === undefined) {
    process.stderr.write(finder.explain(result, 'install it from https://nodejs.org, or run: npm install node') + '\n')
    process.exit(3)
  }
  if (result.path === process.execPath) return import(finder.published ? './main.js' : './main.ts')

  var env = finder.withNodeFirst(result.path, process.env)
  finder.become(result.path, [finder.entry].concat(process.argv.slice(2)), env)
}
