import { globSync, readFileSync } from 'node:fs'

/** One test as its source names it: the ids in its title and those in `// req:` lines under it. */
export type TracedTest = { readonly file: string; readonly title: string; readonly ids: readonly string[] }

const id = String.raw`[A-Z][A-Z0-9]*(?:-[A-Za-z0-9]+)+(?:\.[A-Za-z0-9]+)*(?:-\d+)*|[RD]\d{1,2}`
const opening =
  /\b(?:test|it|describe|suite)(\.skip|\.todo|\.only)?\s*\(\s*(['"`])((?:\\.|(?!\2)[^\\])*)\2\s*(,\s*\{[^}]*\b(?:skip|todo): *(?:true|['"]))?/g
const mention = new RegExp(String.raw`\[((?:${id})(?:\s*,\s*(?:${id}))*)\]`, 'g')
const line = /\/\/ req:[ \t]*([^\n]*)/g

/** Every test file of the repository, and the contract suites that several test files run. */
export function testFiles(root: string): string[] {
  const patterns = ['{src,demo,e2e,examples,scripts}/**/*.test.ts', 'src/**/contract/**/*.ts', 'e2e/**/*.test.mts']
  const found = globSync(patterns, { cwd: root, exclude: (name) => name === 'node_modules' })
  const names = new Set(found.map((name) => name.replaceAll('\\', '/')))
  // The test of this reader is full of tests that are not.
  names.delete('scripts/trace-tests.test.ts')
  return [...names].toSorted()
}

/** Reads the tests of one file. A test that is skipped or to do proves nothing and is left out. */
export function readTests(file: string, text: string): TracedTest[] {
  const starts = [...text.matchAll(opening)].map((match) => ({
    at: match.index,
    title: match[3] ?? '',
    runs: match[1] === undefined || match[1] === '.only' ? match[4] === undefined : false,
  }))
  const before = { file, title: '(file)', ids: requirementLines(text.slice(0, starts[0]?.at ?? text.length)) }

  const tests = starts.map((start, index) => ({
    ...start,
    ids: [...mentioned(start.title), ...requirementLines(text.slice(start.at, starts[index + 1]?.at ?? text.length))],
  }))
  return [before, ...tests.filter(({ runs }) => runs).map(({ title, ids }) => ({ file, title, ids }))].filter(
    ({ ids }) => ids.length > 0,
  )
}

export function readAllTests(root: string): TracedTest[] {
  return testFiles(root).flatMap((file) => readTests(file, readFileSync(`${root}/${file}`, 'utf8')))
}

function mentioned(title: string): string[] {
  return [...title.matchAll(mention)].flatMap((match) => split(match[1] ?? ''))
}

function requirementLines(text: string): string[] {
  return [...text.matchAll(line)].flatMap((match) => split(match[1] ?? ''))
}

function split(list: string): string[] {
  return list
    .split(/[\s,]+/)
    .map((each) => each.replace(/[.;]$/, ''))
    .filter((each) => each !== '')
}
