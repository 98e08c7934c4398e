import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { examples } from '../../../src/injection/decide/examples.ts'
import { only, scene } from './support.ts'

const page = readFileSync(new URL('../../../docs/explain.md', import.meta.url), 'utf8')

test('docs/explain.md names every field of -o json', async () => {
  const story = await only(scene({ 'web.yaml': examples['policy-enabled'].input }).ask('web.yaml'))
  const rows = [...page.matchAll(/^\| (`[^|]+) \| ([^\n]+) \|$/gm)].map(([, names = '', text = '']) => ({
    names: [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    text,
  }))
  expect(rows.flatMap(({ names }) => names).sort()).toEqual(Object.keys(story).sort())
  const below = [story.pod, story.decision, story.webhooks[0] ?? {}, story.changes[0] ?? {}]
  for (const key of below.flatMap((part) => Object.keys(part))) expect(page).toContain(`\`${key}\``)
})

test('the example of docs/explain.md is what the command prints', async () => {
  const [, shown = ''] = /```console\n\$ outrigger explain web\.yaml\n([^`]+)```/.exec(page) ?? []
  const { stdout } = await scene({ 'web.yaml': examples['invalid-annotation'].input }).run('web.yaml')
  expect(stdout.startsWith(shown)).toBe(true)
})
