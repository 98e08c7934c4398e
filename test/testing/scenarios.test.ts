import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadScenarios } from '../../src/testing/check-scenario.ts'

const work = mkdtempSync(join(tmpdir(), 'outrigger-scenarios-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: web, image: web}]\n'
const job =
  'apiVersion: batch/v1\nkind: Job\nmetadata: {name: job}\nspec:\n  template:\n    spec:\n      hostNetwork: true\n'
const template = 'templates: {sidecar: "spec: {nodeName: {{ .Values.global.tag }}}"}'
const named = (tag: string) => `${pod}  nodeName: ${tag}\n`

/** A folder with one scenario of these files. */
function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(work, 'folder-'))
  mkdirSync(join(folder, 'one'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

function run(files: Record<string, string>): void {
  for (const scenario of loadScenarios(folderOf(files))) scenario.run()
}

test('accepts a scenario that meets its expectations', () => {
  const skipped = 'expect: {result: skipped}'
  run({ 'one/scenario.yaml': skipped, 'one/input.yaml': `${pod}  hostNetwork: true\n` })
  run({ 'one/scenario.yaml': skipped, 'one/input.yaml': job })
})

test.each([
  [
    'another result',
    'expect: {result: injected}',
    job.replace('template:', 'nothing:'),
    /expected\.yaml contains 0 documents, but the result has 1/,
  ],
  [
    'another decision',
    'expect: {result: denied}',
    pod,
    /scenario one: expected denied, got injected \(policy-enabled\)/,
  ],
  ['a workload that is injected', 'expect: {result: skipped}', job.replace('true', 'false'), /expected skipped, got /],
  ['no pod', 'expect: {result: skipped}', 'apiVersion: v1\nkind: Service\n', /input\.yaml contains no pod/],
  [
    'a message without the expected string',
    'expect: {result: skipped, messageContains: [nope]}',
    job,
    /the message does not contain \["nope"\]/,
  ],
  [
    'a misspelt key',
    'expect: {result: skipped, mesageContains: [a]}',
    job,
    /scenario\.yaml: expect: unknown key .*did you mean messageContains/,
  ],
  [
    'an unknown result',
    'expect: {result: inject}',
    job,
    /result must be one of injected, skipped, denied, not "inject"/,
  ],
  ['no result', 'expect: {}', job, /expect\.result is missing/],
  ['invalid YAML', 'expect: {', job, /scenario\.yaml:\d+:\d+: /],
  ['invalid settings', 'settings: {injector: {policy: {}}}\nexpect: {result: skipped}', job, /policy/],
])('reports %s', (_, scenario, input, message) => {
  expect(() => run({ 'one/scenario.yaml': scenario, 'one/input.yaml': input })).toThrow(message)
})

test('reports a differing pod by field paths', () => {
  const scenario = `expect: {result: injected}\nsettings:\n  injector:\n    policy: enabled\n    ${template}\n`
  const files = { 'one/scenario.yaml': scenario, 'one/input.yaml': pod, 'one/expected.yaml': pod }
  expect(() => run(files)).toThrow(/scenario one: .*spec\.nodeName\n {2}expected \(unset\)\n {2}actual {3}"/s)
})

test('reads values from the option, or else from values.json in the folder or beside it', () => {
  const scenario = `expect: {result: injected}\nsettings:\n  injector:\n    ${template}\n`
  const values = (tag: string) => JSON.stringify({ global: { tag }, revision: '' })
  const tagOf = (folder: string, option?: { values: { global: { tag: string } } }) => {
    try {
      for (const scenario of loadScenarios(folder, option)) scenario.run()
    } catch (error) {
      return /actual {3}"(.*)"/.exec(String(error))?.[1]
    }
    return undefined
  }
  const files = { 'one/scenario.yaml': scenario, 'one/input.yaml': pod, 'one/expected.yaml': named('none') }
  const inside = folderOf({ ...files, 'values.json': values('inside') })
  expect(tagOf(inside)).toBe('inside')
  expect(tagOf(inside, { values: { global: { tag: 'option' } } })).toBe('option')
  const beside = folderOf(files)
  writeFileSync(join(work, 'values.json'), values('beside'))
  expect(tagOf(beside)).toBe('beside')
  rmSync(join(work, 'values.json'))
})

test('rejects a folder without scenarios', () => {
  expect(() => loadScenarios(mkdtempSync(join(work, 'empty-')))).toThrow('contains no scenario')
})
