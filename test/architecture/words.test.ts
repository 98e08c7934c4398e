import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const glossary = 'CONTRIBUTING.md'

/** The words in code style of the glossary's last column, each as an expression that finds its forms, in identifiers too. */
const refused = readFileSync(join(root, glossary), 'utf8')
  .split('\n## Words\n')[1]
  ?.split('\n')
  .flatMap((row) => [...(row.split(' | ')[2] ?? '').matchAll(/`([^`]+)`/g)].map(([, word = '']) => word))

const folders = ['src', 'test', 'playground', 'scripts', 'docs', 'charts', 'examples', 'templates']
const files = ['.', ...folders]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => /\.(ts|mjs|md|html|ya?ml|tpl|txt)$/.test(file))
  .filter((file) => !/^test\/golden\/|\/node_modules\/|words\.test\.ts$/.test(file) && file !== glossary)

test('no file has a word that the glossary refuses', () => {
  expect(refused?.length).toBeGreaterThan(5)
  const forms = new RegExp(`\\b(?:${refused?.join('|')})(?:s|ed|ing)?\\b`, 'i')
  const found = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      // Words of identifiers stand apart: `isNewcomer` is "is Newcomer".
      .map((line, index) => ({ place: `${file}:${index + 1}`, words: line.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ') }))
      .flatMap(({ place, words }) => (forms.test(words) ? [`${place}: ${forms.exec(words)?.[0]}`] : [])),
  )
  expect(found).toEqual([])
})
