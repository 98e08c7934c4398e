import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const pages = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(root, 'docs')).map((file) => `docs/${file}`),
  ...['examples', 'examples/unit-test-injection', 'conformance', 'src/lang/template'].map(
    (folder) => `${folder}/README.md`,
  ),
]
const textOf = (page: string) => readFileSync(join(root, page), 'utf8')
const isThere = (path: string) => existsSync(join(root, path))

test('files and folders that pages name are there', () => {
  const ours = /`((?:src|test|scripts|charts|examples|templates|playground|docs|\.ci)\/[\w./-]*)`/g
  const named = pages.flatMap((page) => [...textOf(page).matchAll(ours)].map(([, path = '']) => ({ page, path })))
  expect(named.length).toBeGreaterThan(10)
  // ARCHITECTURE.md names folders of src/ by what is below it.
  expect(named.filter(({ path }) => !isThere(path) && !isThere(`src/${path}`))).toEqual([])
})

test('scripts of package.json and files that pages run are there', () => {
  const { scripts } = JSON.parse(textOf('package.json'))
  const run = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\bnpm (?:run (?:--silent |-s )?([\w:]+)|(test|start)\b)/g)].map(
      ([, name, short]) => name ?? short,
    ),
  )
  expect(new Set(run).size).toBeGreaterThan(10)
  expect(run.filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([])
  const files = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\bnode ([\w/-]+\.m?[jt]s)/g)].map(([, file = '']) => file),
  )
  expect(files.filter((file) => !isThere(file))).toEqual([])
})

test('links lead to files and headings', () => {
  const links = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:)([^)\s#]*)(#[^)\s]+)?\)/g)].map(([, path = '', anchor]) => {
      const file = path === '' ? page : join(dirname(page), path)
      return { page, file, anchor: anchor?.slice(1) }
    }),
  )
  expect(links.length).toBeGreaterThan(100)
  const isDead = ({ file, anchor }: { file: string; anchor: string | undefined }) =>
    !isThere(file) || (anchor !== undefined && !anchorsOf(file).has(anchor))
  expect(links.filter(isDead)).toEqual([])
})

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings =
    textOf(page)
      .replaceAll(/^```[\s\S]*?^```/gm, '')
      .match(/^#+ .*$/gm) ?? []
  return new Set(
    headings.map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  )
}

test('the table of threats names tests that are there', () => {
  const rows = textOf('docs/security.md')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
  const shown = rows.flatMap((row) =>
    [...(row.split('|').at(-2) ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  )
  expect(shown.length).toBeGreaterThan(20)
  const isTest = (name: string) => [`test/${name}.test.ts`, `test/${name}`, name].some(isThere)
  expect(shown.filter((name) => !isTest(name))).toEqual([])
})
