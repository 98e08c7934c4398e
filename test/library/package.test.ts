import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { version } from '../../src/cli/version.ts'

const root = resolve(import.meta.dirname, '../..')
const work = mkdtempSync(join(tmpdir(), 'outrigger-package-'))
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const installed = join(work, 'node_modules', 'outrigger')
const example = join(work, 'example')

// As a user installs the tarball: built from a copy of the sources, with the dependencies of this checkout.
beforeAll(() => {
  const copy = join(work, 'copy')
  mkdirSync(copy)
  const sources = [
    'package.json',
    'LICENSE',
    'README.md',
    'src',
    'playground',
    'templates',
    'scripts',
    'tsconfig.json',
    'tsconfig.types.json',
  ]
  const present = sources.filter((name) => existsSync(join(root, name)))
  execFileSync('cp', ['-r', ...present.map((name) => join(root, name)), copy])
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  execFileSync(process.execPath, ['scripts/build.mjs', '--no-types'], { cwd: copy, stdio: 'pipe' })
  // As the build does, but without type-checking the sources, which `npm run typecheck` does.
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.types.json', '--noCheck'], { cwd: copy, stdio: 'pipe' })
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts'], {
    cwd: copy,
    encoding: 'utf8',
    stdio: 'pipe',
  })
  const [tarball] = JSON.parse(packed) as { filename: string }[]
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', join(copy, tarball?.filename ?? ''), '--strip-components=1', '-C', installed])
  symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'))
  cpSync(join(root, 'examples/unit-test-injection'), example, { recursive: true })
  for (const name of ['vitest', '@types'])
    symlinkSync(join(root, 'node_modules', name), join(work, 'node_modules', name))
})

afterAll(() => rmSync(work, { recursive: true, force: true }))

test('the tarball works as a library', () => {
  const program = `
    import { createInjector, mergeValues, defaultValues } from 'outrigger'
    const injector = createInjector({ values: mergeValues(defaultValues, { global: { tag: 'test' } }) })
    const { decision, pod } = injector.inject({ spec: { containers: [{ name: 'a', image: 'a' }] } }, { namespace: 'shop' })
    console.log(decision.result, pod.spec.initContainers.map(({ image }) => image).join())`
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: work, encoding: 'utf8' })
  expect(output).toBe('injected registry.istio.io/release/proxyv2:test,registry.istio.io/release/proxyv2:test\n')
})

test('contains all files that its exports name', () => {
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  const files = Object.values<Record<string, string>>(exports).flatMap((conditions) => Object.values(conditions))
  expect(files.length).toBe(8)
  expect(files.filter((file) => !existsSync(join(installed, file)))).toEqual([])
})

test('its command runs and prints the version of the package', () => {
  const { bin, version: packed } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  expect(version).toBe(packed)
  const command = join(installed, bin.outrigger)
  expect(execFileSync(command, ['--version'], { encoding: 'utf8' })).toBe(`${packed}\n`)
  const deployment = join(root, 'examples/deployment.yaml')
  expect(
    execFileSync(command, ['inject', '-f', deployment, '--set', 'global.tag=1.27.1'], { encoding: 'utf8' }),
  ).toContain('name: istio-proxy')
})

test('runs the example of unit tests', () => {
  const { stdout, stderr } = inExample('vitest/vitest.mjs', 'run', '--reporter=json')
  const report = stdout.startsWith('{') ? JSON.parse(stdout) : stdout + stderr
  expect(report).toMatchObject({ success: true, numPassedTests: 7, numTotalTests: 7 })
})

test('has type declarations for all exports, and type-checks the example', () => {
  const consumer = `import { createInjector, type Injection, type InjectorOptions } from 'outrigger'
const options: InjectorOptions = { nativeSidecars: 'enabled', facts: { nodes: [] } }
const injection: Injection = createInjector(options).inject({}, { namespace: 'shop' })
export const result: 'injected' | 'skipped' | 'denied' = injection.decision.result
// @ts-expect-error unknown option
export const other: InjectorOptions = { nativeSidecar: 'enabled' }
`
  writeFileSync(join(example, 'consumer.ts'), consumer)
  expect(inExample('typescript/bin/tsc', '-p', '.').stdout).toBe('')
})

/** Runs a script of a package in the folder of the example as from a shell, without the environment of this test run. */
function inExample(script: string, ...args: string[]) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|TEST$)/.test(name)))
  return spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: example,
    env,
    encoding: 'utf8',
  })
}
