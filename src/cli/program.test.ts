import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseLanguage } from './language.ts'
import { describeFault, printable } from './outcome.ts'
import { examples, run } from './program.ts'

const paths = Object.keys(examples).map((path) => path.split(' ').filter((word) => word !== ''))

test('[UX-6.2] what was typed wrongly ends with 2 and a sentence on stderr, and nothing on stdout', async () => {
  const slips = [
    [['strat'], 'unknown command `strat`; did you mean `start`?'],
    [['banana'], 'unknown command `banana`'],
    [['errors', 'lst'], 'unknown command `lst`; did you mean `list`?'],
    [['dev', '--prot', '1'], 'unknown option `--prot`; did you mean `--port`?'],
    [['dev', '--port', '65536'], '`--port` is a whole number from 0 to 65535'],
    [['dev', '--port'], '`--port <number>` needs a value'],
    [['dev', 'extra'], 'too many arguments'],
    [['errors', 'explain'], '`code` is missing'],
    [['version', '--lang', 'fr'], '`--lang` is en or zh-CN'],
    [['banana\u001B[2Jx'], 'unknown command `banana?[2Jx`'],
  ] as const

  for (const [args, sentence] of slips) {
    const ran = await inside(args)
    assert.equal(ran.exit, 2, `${args.join(' ')}: ${ran.stderr}`)
    assert.equal(ran.stdout, '')
    assert.ok(ran.stderr.includes(sentence), ran.stderr)
    assert.ok(!ran.stderr.includes('\u001B'))
  }
})

test('without a command the help is shown on stderr, and that is no success', async () => {
  const ran = await inside([])

  assert.equal(ran.exit, 2)
  assert.equal(ran.stdout, '')
  assert.match(ran.stderr, /Commands:/)
})

test('the help of every command has two examples, in both languages', async () => {
  for (const path of paths) {
    const [en, zh] = await Promise.all([inside([...path, '--help']), inside([...path, '--help', '--lang', 'zh-CN'])])
    assert.deepEqual([en.exit, zh.exit], [0, 0], en.stderr)
    assert.match(en.stdout, /\nExamples:\n {2}hufu .*\n {2}hufu /)
    assert.match(zh.stdout, /^用法：/)
    assert.match(zh.stdout, /\n示例：\n {2}hufu .*\n {2}hufu /)
  }
})

test('[UX-6.2] with --json stdout is one JSON document, and never has a colour', async () => {
  for (const args of [['version'], ['errors', 'list'], ['errors', 'explain', 'HF-TOKEN-0204']]) {
    const [text, json] = await Promise.all([inside(args), inside([...args, '--json'])])
    assert.deepEqual([text.exit, json.exit], [0, 0])
    assert.equal(typeof JSON.parse(json.stdout), 'object')
    assert.ok(!(text.stdout + json.stdout).includes('\u001B'))
    assert.deepEqual([text.stderr, json.stderr], ['', ''])
  }
})

test('the version is that of the package', async () => {
  const { default: manifest } = (await import('../package.json', { with: { type: 'json' } })) as {
    default: { version: string }
  }

  assert.equal((await inside(['--version'])).stdout, `${manifest.version}\n`)
  assert.match((await inside(['version'])).stdout, new RegExp(`^hufu ${manifest.version.replaceAll('.', '\\.')}\n`))
})

test('the language is that of the terminal unless --lang says otherwise', () => {
  assert.equal(chooseLanguage(undefined, {}), 'en')
  assert.equal(chooseLanguage(undefined, { LANG: 'zh_CN.UTF-8' }), 'zh-CN')
  assert.equal(chooseLanguage(undefined, { LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }), 'en')
  assert.equal(chooseLanguage(undefined, { LANG: 'zh_CN.UTF-8', LC_ALL: '' }), 'zh-CN')
  assert.equal(chooseLanguage(undefined, { LANG: 'de_DE.UTF-8' }), 'en')
  assert.equal(chooseLanguage('en', { LANG: 'zh_CN.UTF-8' }), 'en')
  assert.equal(chooseLanguage('zh', {}), 'zh-CN')
  assert.equal(chooseLanguage('fr', {}), undefined)
  assert.equal(chooseLanguage('', {}), undefined)
})

test('[AD-12] what a file or the system says cannot steer the terminal', () => {
  const fault = { code: 'HF-CONF-0710', cause: 'a\u001B[2J\nb\u202Ec' } as const

  assert.equal(printable(fault.cause), 'a?[2J?b?c')
  assert.ok(describeFault(fault, 'en', false).includes('a?[2J?b?c'))
  assert.equal(
    (JSON.parse(describeFault(fault, 'zh-CN', true)) as { error: { cause: string } }).error.cause,
    fault.cause,
  )
})

/** The command line without a process of its own. */
async function inside(args: readonly string[]) {
  let [stdout, stderr] = ['', '']
  const exit = await run(
    args,
    {},
    {
      out: (text) => void (stdout += text),
      err: (text) => void (stderr += text),
    },
  )

  return { exit, stdout, stderr }
}
