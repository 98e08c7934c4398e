import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = fileURLToPath(new URL('../../src', import.meta.url))

/**
 * Which rooms a room may import from, beside itself and the two files that all may use. The order is the direction:
 * nothing imports from what stands below it. `ARCHITECTURE.md` shows the same as a picture.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  go: [],
  text: [],
  schema: [],
  template: ['go', 'text'],
  yaml: ['go'],
  merge: ['schema'],
  patch: ['merge', 'schema'],
  pod: ['go', 'merge', 'schema'],
  decide: ['pod'],
  mesh: ['go', 'schema', 'text', 'yaml'],
  annotations: ['go', 'mesh', 'text'],
  prepare: ['config/snapshot', 'go', 'mesh', 'pod', 'render', 'template'],
  render: ['go', 'merge', 'mesh', 'pod', 'prepare', 'schema', 'template', 'text', 'yaml'],
  overlay: ['go', 'merge', 'pod', 'prepare', 'render', 'schema', 'yaml'],
  finish: ['config/snapshot', 'go', 'mesh', 'pod', 'prepare', 'schema'],
  provenance: ['annotations', 'go', 'inject', 'merge', 'mesh', 'pod', 'prepare', 'schema', 'template', 'text'],
  workloads: ['patch'],
  testing: ['config', 'decide', 'go', 'inject', 'patch', 'prepare', 'text', 'workloads', 'yaml'],
  compare: ['patch', 'pod', 'prepare', 'testing'],
  revisions: ['decide', 'pod', 'text'],
  analyze: ['annotations', 'config', 'decide', 'go', 'mesh', 'pod', 'prepare', 'revisions', 'text', 'workloads'],
  admission: ['decide', 'go', 'patch', 'prepare'],
  story: [
    'admission',
    'analyze/objects',
    'annotations',
    'compare',
    'decide',
    'inject',
    'pod',
    'prepare',
    'provenance',
    'revisions',
    'text',
    'workloads',
    'yaml',
  ],
  playground: [
    'admission',
    'analyze',
    'annotations',
    'compare',
    'config',
    'decide',
    'patch',
    'pod',
    'provenance',
    'revisions/names',
    'story',
    'template',
    'text',
    'workloads',
    'yaml',
  ],
  server: ['admission'],
  config: ['decide', 'go', 'mesh', 'pod', 'render', 'template', 'text', 'yaml'],
  kube: [
    'config',
    'decide',
    'mesh',
    'prepare/facts',
    'revisions',
    'server/certificates/bundle',
    'server/certificates/ca-store',
    'text',
  ],
}

interface Import {
  readonly file: string
  readonly from: string
  readonly types: boolean
}

const imports = files(src).flatMap(importsOf)

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)
  return [...statements].map(([, types, from = '']) => ({
    file: relative(src, file),
    from: from.startsWith('.') ? relative(src, resolve(dirname(file), from)) : from,
    types: types !== undefined,
  }))
}

function room(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
}

test('rooms import only from the rooms that the layout allows', () => {
  const wrong = imports.filter(({ file, from, types }) => {
    const rules = allowed[room(file)]
    if (rules === undefined || !from.endsWith('.ts') || room(from) === '' || room(from) === room(file)) return false
    return !types && !rules.some((rule) => room(from) === rule || from === `${rule}.ts`)
  })
  expect(wrong.map(({ file, from }) => `${file} imports ${from}`)).toEqual([])
})

test('the pipeline is pure: no file, socket, process or logger below inject.ts', () => {
  // Configuration reads files and hashes, servers and the API server's client have sockets, tests keep reviews and scenarios in files.
  const impure = ['config', 'kube', 'server', 'testing']
  const pure = new Set([...Object.keys(allowed), ''].filter((name) => !impure.includes(name)))
  const wrong = imports.filter(({ file, from }) => {
    const entry = file === 'main.ts' || file === 'index.ts' || file === 'injector.ts'
    return (
      pure.has(room(file)) &&
      !entry &&
      /^(node:|fastify|pino|prom-client|selfsigned|@kubernetes|commander|@commander-js)/.test(from)
    )
  })
  expect(wrong.map(({ file, from }) => `${file} imports ${from}`)).toEqual([])
})

test('nothing below the command line knows it, and only the server room serves', () => {
  const wrong = imports.filter(
    ({ file, from }) =>
      (room(from) === 'cli' && room(file) !== 'cli' && file !== 'main.ts') ||
      (/^(fastify|pino|prom-client|selfsigned)$/.test(from) && room(file) !== 'server') ||
      (from.startsWith('@kubernetes/') && room(file) !== 'kube'),
  )
  expect(wrong).toEqual([])
})

test('the template engine knows nothing of Kubernetes', () => {
  const wrong = imports.filter(
    ({ file, from }) => room(file) === 'template' && /kube|pod|mesh|render|schema|inject/.test(room(from)),
  )
  expect(wrong).toEqual([])
})

test('no file imports itself in a circle', () => {
  const edges = new Map<string, string[]>()
  for (const { file, from, types } of imports) {
    if (!types && from.endsWith('.ts')) edges.set(file, [...(edges.get(file) ?? []), from])
  }
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' > '))
    if (done.has(file) || path.includes(file)) return
    for (const next of edges.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of edges.keys()) visit(file, [])
  expect(circles).toEqual([])
})
