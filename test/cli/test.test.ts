import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder, outrigger } from './support.ts'

const template = 'templates: {sidecar: "spec: {nodeName: {{ .Values.global.tag }}}"}'
const scenario = `# kept\nexpect: {result: injected}\nsettings:\n  values: {global: {tag: one}}\n  injector:\n    ${template}\n`
const input = 'kind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: web}]}\n'
const skippedScenario = 'expect: {result: denied, messageContains: [nothing]}\n'
const skippedInput = `${input}---\n`.replace('spec: {', 'spec: {hostNetwork: true, ')

/** A folder with scenarios two levels deep: one is injected with another node than expected, one is skipped, not denied. */
function scenarios(): string {
  const root = folder({})
  const write = (name: string, files: Readonly<Record<string, string>>) => {
    mkdirSync(join(root, 'all', name), { recursive: true })
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, 'all', name, file), text)
  }
  write('a/placed', { 'scenario.yaml': scenario, 'input.yaml': input, 'expected.yaml': `${input}\n` })
  write('b', { 'scenario.yaml': skippedScenario, 'input.yaml': skippedInput })
  return root
}

test('scenarios that do not hold are told field by field, and end with 1', async () => {
  const cwd = scenarios()
  const { code, stdout } = await outrigger(['test', 'all'], '', { cwd })
  expect(code).toBe(1)
  expect(stdout).toContain('failed all/a/placed\n')
  expect(stdout).toContain('  spec.nodeName\n  - (unset)\n  + "one"\n')
  expect(stdout).toContain('failed all/b\n  expected denied, got skipped (host-network)')
  expect(stdout).toMatch(/0 of 2 scenarios passed \(\d+\.\d s\)\n$/)
})

test('--update makes the result the expectation, keeps the rest of the file, and then all hold', async () => {
  const cwd = scenarios()
  const first = await outrigger(['test', 'all', '--update'], '', { cwd })
  expect(first.code).toBe(0)
  expect(first.stdout.match(/^updated .*$/gm)?.map((line) => line.replace(/.*\/all\//, ''))).toEqual([
    'a/placed/expected.yaml',
    'b/scenario.yaml',
  ])
  expect(readFileSync(join(cwd, 'all/a/placed/scenario.yaml'), 'utf8')).toBe(scenario)
  expect(readFileSync(join(cwd, 'all/b/scenario.yaml'), 'utf8')).toBe('expect: { result: skipped }\n')
  const second = await outrigger(['test', 'all'], '', { cwd })
  expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('2 of 2 scenarios passed') })
})

test('settings are what every scenario starts from, and its own count above them', async () => {
  const cwd = scenarios()
  writeFileSync(join(cwd, 'all/a/placed/scenario.yaml'), 'expect: {result: injected}\n')
  writeFileSync(join(cwd, 'config.yaml'), `${template}\n`)
  const run = async (...flags: string[]) =>
    (await outrigger(['test', 'all/a', '--config', 'config.yaml', ...flags], '', { cwd })).stdout
  expect(await run('--set', 'global.tag=flag')).toContain('+ "flag"')
  writeFileSync(join(cwd, 'values.yaml'), 'global: {hub: h, tag: file}\n')
  expect(await run('--values', 'values.yaml')).toContain('+ "file"')
  writeFileSync(join(cwd, 'all/a/placed/scenario.yaml'), scenario)
  expect(await run('--values', 'values.yaml')).toContain('+ "one"')
})

test('a report for programs: JSON, and JUnit with every text escaped', async () => {
  const cwd = scenarios()
  const { code, stdout } = await outrigger(['test', 'all', '-o', 'json', '--junit', 'report.xml'], '', { cwd })
  expect(code).toBe(1)
  expect(JSON.parse(stdout).scenarios).toMatchObject([
    { scenario: 'all/a/placed', result: 'failed', failure: expect.stringContaining('spec.nodeName') },
    { scenario: 'all/b', result: 'failed' },
  ])
  const report = readFileSync(join(cwd, 'report.xml'), 'utf8')
  expect(report).toContain('<testsuite name="scenarios" tests="2" failures="2"')
  expect(report).toContain('actual   &quot;one&quot;')
})

test.each([
  ['a folder that is not there', ['nowhere'], /nowhere can't be read: no such file or directory/],
  ['a folder without scenarios', ['.'], /\. contains no scenarios \(folders with a scenario\.yaml\)/],
  ['settings that cannot serve', ['.', '--values', 'missing.yaml'], /missing\.yaml: file not found/],
])('%s is one sentence, and ends with 2', async (_, args, message) => {
  const { code, stderr } = await outrigger(['test', ...args])
  expect(code).toBe(2)
  expect(stderr).toMatch(message)
})

test('a scenario whose files are wrong is its own failure: the others are run', async () => {
  const cwd = scenarios()
  writeFileSync(join(cwd, 'all/b/scenario.yaml'), 'expct: {}\n')
  const { stdout } = await outrigger(['test', 'all'], '', { cwd })
  expect(stdout).toMatch(/failed all\/b\n {2}.*unknown key "expct": did you mean expect/)
  expect(stdout).toContain('failed all/a/placed')
})
