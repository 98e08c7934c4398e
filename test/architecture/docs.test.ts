import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const pages = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(root, 'docs')).map((file) => `docs/${file}`),
]
const textOf = (page: string) => readFileSync(join(root, page), 'utf8')
const isThere = (path: string) => existsSync(join(root, path))

test('files and folders that pages name are there', () => {
  const ours = /`((?:src|test|scripts|charts|examples|templates|playground|docs|\.ci)\/[\w./-]*)`/g
  const named = pages.flatMap((page) => [...textOf(page).matchAll(ours)].map(([, path = '']) => ({ page, path })))
  expect(named.length).toBeGreaterThan(10)
  // Rooms go by their name below src.
  expect(named.filter(({ path }) => !isThere(path) && !isThere(`src/${path}`))).toEqual([])
})

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
