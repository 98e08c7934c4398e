import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLineIndex } from '../../src/cli/lint/lines.ts'
import { startApiServer } from '../support/api-server.ts'
import { cost } from '../support/cost.ts'
import { folder, outrigger } from './support.ts'

const manifests = `# outrigger-ignore IST0102
apiVersion: v1
kind: Namespace
metadata:
  name: other
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
  - name: web
    port: 80
  - name: kept # outrigger-ignore IST0118
    port: 81
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    metadata:
      annotations:
        sidecar.istio.io/proxyCpu: 100m
    spec:
      containers: []
`

test('findings stand at their lines, and comments keep them quiet', async () => {
  const cwd = folder({ 'a.yaml': manifests })
  const { code, stdout, stderr } = await outrigger(['lint', '-f', 'a.yaml', '-n', 'shop'], '', { cwd })
  expect([code, stderr]).toEqual([1, ''])
  expect(stdout.split('\n').filter((line) => line.startsWith('a.yaml'))).toEqual([
    'a.yaml:13: info IST0118 Service shop/web',
    'a.yaml:26: warning IST0108 Deployment shop/web',
  ])
  expect(stdout).toContain('did you mean sidecar.istio.io/proxyCPU?\n    Fix: ')
  expect(stdout).toMatch(/2 findings: 1 warning, 1 info\.\n$/)
})

test('the exit code follows --fail-on, and --ignore takes findings away', async () => {
  const cwd = folder({ 'a.yaml': manifests })
  const codeOf = async (...args: string[]) => (await outrigger(['lint', '-f', 'a.yaml', ...args], '', { cwd })).code
  expect(await codeOf('--fail-on', 'error')).toBe(0)
  expect(await codeOf('--ignore', 'IST0108')).toBe(0)
  expect(await codeOf('--ignore', 'IST0108=Deployment/*/web')).toBe(0)
  expect(await codeOf('--ignore', 'IST0108=Pod/*/web')).toBe(1)
  expect(await codeOf('--ignore', 'IST0108', '--fail-on', 'info')).toBe(1)
})

test('a rule that does not exist is wrong use', async () => {
  const { code, stderr } = await outrigger(['lint', '-f', '-', '--ignore', 'IST118'], '')
  expect([code, stderr]).toEqual([2, 'outrigger: --ignore: unknown rule "IST118"; did you mean IST0118?\n'])
})

test('a document that cannot be read is told, and hides no other', async () => {
  const { code, stdout, stderr } = await outrigger(['lint', '-f', '-', '-o', 'json'], `a: [\n---\n${manifests}`)
  expect(code).toBe(1)
  expect(stderr).toMatch(/^problem: standard input:\d+:\d+: /)
  expect(JSON.parse(stdout).summary).toEqual({ info: 1, warning: 1, error: 0 })
  expect(JSON.parse(stdout).findings[0]).toMatchObject({ file: 'standard input', line: 15 })
})

test('JSON, a List and folders are read alike', async () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'a' },
    spec: { ports: [{ name: 'x', port: 1 }] },
  }
  const list = { apiVersion: 'v1', kind: 'List', items: [{}, service] }
  const cwd = folder({ 'list.json': JSON.stringify(list, null, 2), 'one.json': JSON.stringify(service) })
  const { stdout } = await outrigger(['lint', '-f', '.', '-o', 'json'], '', { cwd })
  const places = JSON.parse(stdout).findings.map(({ file, line }: { file: string; line: number }) => `${file}:${line}`)
  const text = JSON.stringify(list, null, 2).split('\n')
  expect(places).toEqual([`list.json:${text.findIndex((line) => line.includes('"name": "x"')) + 1}`, 'one.json:1'])
})

test.each(['sarif', 'junit'])('-o %s has the findings', async (format) => {
  const { code, stdout } = await outrigger(['lint', '-f', '-', '-o', format], manifests)
  expect(code).toBe(1)
  expect(stdout).toContain('IST0108')
})

test('settings change what is found', async () => {
  const job = 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {containers: []}}}\n'
  const stdoutOf = async (...args: string[]) => (await outrigger(['lint', '-f', '-', ...args], job)).stdout
  expect(await stdoutOf()).toBe('No findings.\n')
  expect(await stdoutOf('--native-sidecars', 'disabled')).toContain('OUT0003 Job default/a')
})

test('a cluster is read where no manifests are named', async () => {
  const server = await startApiServer()
  try {
    server.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
    server.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } })
    const ports = [{ name: 'web', port: 80 }]
    server.put({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { ports } })
    const args = ['lint', '--kubeconfig', server.kubeconfig, '--fail-on', 'info']
    const all = await outrigger(args)
    expect([all.code, all.stderr]).toEqual([1, ''])
    expect(all.stdout).toContain('info IST0118 Service shop/web\n')
    expect(all.stdout).toContain('info IST0102 Namespace other\n')
    const one = await outrigger([...args, '-n', 'shop'])
    expect(one.stdout).toContain('info IST0102 Namespace shop\n')
    expect(one.stdout).not.toContain('other')
  } finally {
    await server.close()
  }
})

test('1,000 manifests in files take seconds', async () => {
  const cwd = folder({})
  for (let index = 0; index < 1000; index++) writeFileSync(join(cwd, `${index}.yaml`), manifests)
  const lint = async () => {
    const { stdout } = await outrigger(['lint', '-f', '.', '-o', 'json'], '', { cwd })
    expect(JSON.parse(stdout).findings).toHaveLength(2000)
  }
  expect(await cost(lint, 3000)).toBeLessThan(3000)
})

const yaml = `# a comment

a:
  b: |
    c: no key
  "d e": 1
  'f''g':
  - h: 1
    i: 2
  -
    j: 3
  - - k
    - l: {m: 1}
  # a comment
  n: {o: [1, 2]}
p:
    q:
        - r
        - s
`

test.each([
  [[], 3],
  [['a'], 3],
  [['a', 'b'], 4],
  [['a', 'b', 'c'], 5],
  [['a', 'd e'], 6],
  [['a', "f'g"], 7],
  [['a', "f'g", 0], 8],
  [['a', "f'g", 0, 'i'], 9],
  [['a', "f'g", 1, 'j'], 11],
  [['a', "f'g", 2, 0], 12],
  [['a', "f'g", 2, 1, 'l', 'm'], 13],
  [['a', 'n', 'o', 1], 15],
  [['a', 'missing'], 3],
  [['p', 'q', 1], 19],
  [['p', 'q', 7], 17],
  [['__proto__', 'constructor'], 3],
] as const)('the line of %j', (path, line) => {
  expect(createLineIndex(yaml)(path)).toBe(line)
})

test('lines of JSON as it is printed, and of JSON on one line', () => {
  const value = { a: [{ b: 1 }, [2, { c: 3 }]], 'd"e': { f: [] } }
  const index = createLineIndex(JSON.stringify(value, null, 4))
  expect([['a'], ['a', 0, 'b'], ['a', 1, 1, 'c'], ['d"e', 'f'], ['d"e', 'f', 2]].map(index)).toEqual([2, 4, 9, 14, 14])
  expect(createLineIndex(JSON.stringify(value))(['a', 0, 'b'])).toBe(1)
})
