// Packs the package as npm would publish it, installs it in an empty folder, and uses it there.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'outrigger-package-'))
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

try {
  const [{ filename, size, files }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `./${filename}`], folder)

  writeFileSync(
    join(folder, 'use.ts'),
    `import { createInjector, mergeValues, defaultValues } from 'outrigger'
import { compile } from 'outrigger/template'
const injector = createInjector({ values: mergeValues(defaultValues, { global: { tag: 'packed' } }) })
const { decision, pod } = injector.inject({ metadata: { name: 'a' }, spec: { containers: [{ name: 'a', image: 'a' }] } })
console.log(decision.result, JSON.stringify(pod).includes('proxyv2:packed'), compile('{{ .a }}').render({ a: 'b' }))
`,
  )
  run(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--skipLibCheck',
      'use.ts',
    ],
    folder,
  )
  const used = run(process.execPath, ['use.js'], folder).trim()
  if (used !== 'injected true b') throw new Error(`the library gave: ${used}`)

  const version = run(join(folder, 'node_modules/.bin/outrigger'), ['--version'], folder).trim()
  const expected = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
  if (version !== expected) throw new Error(`outrigger --version gave ${version}, not ${expected}`)
  console.log(`${filename}: ${files.length} files, ${Math.round(size / 1024)} kB; library, types and command work`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
