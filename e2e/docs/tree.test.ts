import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')
const languages = ['en', 'zh-CN'] as const

const files = (language: string) =>
  globSync('**/*.md', { cwd: join(root, 'docs', language) })
    .map((name) => name.replaceAll('\\', '/'))
    .toSorted()

/** Every page of ours: of both trees, and those at the root. */
const pages = [
  ...languages.flatMap((language) => files(language).map((name) => `docs/${language}/${name}`)),
  ...globSync('*.md', { cwd: root }),
]

test('[UX-10.2] the Chinese and the English tree have the same files, headings and code blocks', () => {
  const [english, chinese] = languages.map(files)
  assert.deepEqual(chinese, english)
  assert.ok(english!.length > 10)

  for (const name of english ?? []) {
    const [one, other] = languages.map((language) => parse(readFileSync(join(root, 'docs', language, name), 'utf8')))
    assert.deepEqual(other?.levels, one?.levels, `headings of ${name}`)
    assert.deepEqual(other?.blocks, one?.blocks, `code blocks of ${name}`)
  }
})

test('[UX-10.4] both READMEs have the same commands, and say what it is in three lines within one screen', () => {
  const [one, other] = ['README.md', 'README.zh-CN.md'].map((name) => {
    const text = readFileSync(join(root, name), 'utf8')
    const { blocks, levels } = parse(text)
    const commands = blocks.map((block) => block.replaceAll(/ *#.*$/gm, ''))

    return { levels, commands, intro: text.split('\n').slice(2, 6), lines: text.split('\n').length }
  })

  assert.deepEqual(other?.commands, one?.commands)
  assert.deepEqual(other?.levels, one?.levels)
  for (const readme of [one, other]) {
    assert.ok(readme!.lines <= 40, `${readme!.lines} lines`)
    assert.deepEqual(
      readme!.intro.map((line) => line !== ''),
      [true, true, true, false],
    )
  }
})

test('[UX-10.3] no relative link is dead, nor the heading it points to', () => {
  const dead = pages.flatMap((page) => {
    const { links } = parse(readFileSync(join(root, page), 'utf8'))

    return links.filter((link) => isDead(page, link)).map((link) => `${page}: ${link}`)
  })

  assert.deepEqual(dead, [])
})

test('[UX-10.3] every command of package.json that a page names is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const named = pages.flatMap((page) =>
    Array.from(readFileSync(join(root, page), 'utf8').matchAll(/npm run ([a-z0-9:]+)/g), ([, name = '']) => ({
      page,
      name,
    })),
  )

  assert.ok(named.length > 5)
  assert.deepEqual(
    named.filter(({ name }) => scripts[name] === undefined),
    [],
  )
})

function parse(text: string) {
  const blocks = Array.from(text.matchAll(/^```[^\n]*\n(.*?)^```$/gms), ([block]) => block)
  const prose = text.replaceAll(/^```[^\n]*\n.*?^```$/gms, '')
  const headings = Array.from(prose.matchAll(/^(#{1,6}) (.+)$/gm), ([, level = '', title = '']) => ({ level, title }))

  return {
    blocks,
    levels: headings.map(({ level }) => level),
    anchors: headings.map(({ title }) => anchorOf(title)),
    links: Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, link = '']) => link).filter(
      (link) => !/^[a-z]+:/.test(link),
    ),
  }
}

function isDead(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? join(root, page) : join(root, dirname(page), path)
  if (!existsSync(target)) return true

  return anchor !== undefined && !parse(readFileSync(target, 'utf8')).anchors.includes(decodeURIComponent(anchor))
}

/** As the common renderers make them: letters, digits, spaces to hyphens. */
const anchorOf = (title: string) =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
