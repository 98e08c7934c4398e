// Packs the package as npm would publish it, installs it in an empty folder, and uses it there: the library, its types, the
// command, and the example of unit tests.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'outrigger-package-'))
const installed = join(folder, 'node_modules', 'outrigger')
const example = join(folder, 'example')

try {
  const [{ filename, size, files }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `./${filename}`], folder)
  checkExports()
  checkLibrary()
  checkCommand()
  checkExample()
  console.log(
    `${filename}: ${files.length} files, ${Math.round(size / 1024)} kB; library, types, command and example work`,
  )
} catch (error) {
  console.error([error.message, error.stdout, error.stderr].filter(Boolean).join('\n'))
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function checkExports() {
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  const named = Object.values(exports).flatMap((conditions) => Object.values(conditions))
  equal('the number of files that exports name', named.length, 8)
  const missing = named.filter((file) => !existsSync(join(installed, file)))
  equal('the files that exports name and that are missing', missing.join(), '')
}

function checkLibrary() {
  const program = `import { createInjector, mergeValues, defaultValues } from 'outrigger'
import { compile } from 'outrigger/template'
const injector = createInjector({ values: mergeValues(defaultValues, { global: { tag: 'packed' } }) })
const { decision, pod } = injector.inject({ metadata: { name: 'a' }, spec: { containers: [{ name: 'a', image: 'a' }] } })
const { spec } = JSON.parse(JSON.stringify(pod))
const images = spec.initContainers.map(({ image }: { image: string }) => image).join()
console.log(decision.result, images, compile('{{ .a }}').render({ a: 'b' }))
`
  writeFileSync(join(folder, 'use.ts'), program)
  compileTypes(['--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', 'use.ts'], folder)
  const image = 'registry.istio.io/release/proxyv2:packed'
  equal('the library', run(process.execPath, ['use.js'], folder), `injected ${image},${image} b\n`)
}

function checkCommand() {
  const command = join(folder, 'node_modules/.bin/outrigger')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  equal('outrigger --version', run(command, ['--version'], folder), `${version}\n`)
  const deployment = join(root, 'examples/deployment.yaml')
  const injected = run(command, ['inject', '-f', deployment, '--set', 'global.tag=1.27.1'], folder)
  equal('outrigger inject', /^ *-? ?name: istio-proxy$/m.test(injected), true)
}

/** The example of unit tests, with a further file for the types. */
function checkExample() {
  cpSync(join(root, 'examples/unit-test-injection'), example, { recursive: true })
  symlinkSync(join(root, 'node_modules/vitest'), join(folder, 'node_modules/vitest'))
  const report = JSON.parse(run(process.execPath, [tool('vitest/vitest.mjs'), 'run', '--reporter=json'], example))
  equal("the example's tests", report.numTotalTests, 7)
  equal("the example's tests that passed", report.numPassedTests, 7)
  equal("the example's tests succeed", report.success, true)
  writeFileSync(
    join(example, 'consumer.ts'),
    `import { createInjector, type Injection, type InjectorOptions } from 'outrigger'
const options: InjectorOptions = { nativeSidecars: 'enabled', facts: { nodes: [] } }
const injection: Injection = createInjector(options).inject({}, { namespace: 'shop' })
export const result: 'injected' | 'skipped' | 'denied' = injection.decision.result
// @ts-expect-error unknown option
export const other: InjectorOptions = { nativeSidecar: 'enabled' }
`,
  )
  compileTypes(['-p', '.'], example)
}

function compileTypes(args, cwd) {
  run(process.execPath, [tool('typescript/bin/tsc'), ...args], cwd)
}

function tool(script) {
  return join(root, 'node_modules', script)
}

function run(command, args, cwd) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function equal(what, found, expected) {
  if (found !== expected) throw new Error(`${what}: ${found}, expected: ${expected}`)
}
