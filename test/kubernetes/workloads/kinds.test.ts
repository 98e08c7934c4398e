import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { silentIo } from '../../../scripts/docs/outrigger.ts'
import { readTarget } from '../../../src/cli/explain/target.ts'
import { restartComment, restartLine } from '../../../src/cli/outdated/restart.ts'
import { kindOfWorkload } from '../../../src/cluster/kinds.ts'
import { makersOf, workloadKinds } from '../../../src/kubernetes/workloads/kinds.ts'
import { controllerOfPods, workloadBehind } from '../../../src/kubernetes/workloads/owner.ts'

const root = resolve(import.meta.dirname, '../../..')

describe.each(workloadKinds.map((workload) => [workload.kind, workload] as const))('%s', (kind, workload) => {
  test('explain accepts its name, its plural and its short names', () => {
    for (const name of [kind, kind.toLowerCase(), workload.plural, ...workload.shortNames]) {
      expect(readTarget(`shop/${name}/web`, silentIo)).toEqual({
        ...{ kind: 'object', namespace: 'shop', name: 'web' },
        type: kindOfWorkload(workload),
      })
    }
  })

  test('outdated prints the command that recreates its pods, or why there is none', () => {
    const id = { kind, namespace: 'shop', name: 'web' }
    const line = restartLine(id, {})
    if (workload.recreate.by === 'command') expect(line).toMatch(/^(kubectl|oc) .*\bweb -n shop$/)
    else {
      expect(line).toBeUndefined()
      expect(restartComment(id)).toMatch(new RegExp(`^# ${kind} shop/web: [^:]`))
    }
  })

  test('the owner of its pods leads back to it', () => {
    const { name, labels = {} } = controllerOfPods(workload, 'web')
    const owner = workload.through?.kind ?? kind
    const { named } = workload.through ?? {}
    const ofPods = named?.by === 'label' ? { [named.label]: 'web' } : labels
    const behind = workloadBehind({ apiVersion: 'any/v1', kind: owner, name }, (label) => ofPods[label] ?? '')
    expect(behind).toEqual({ apiVersion: workload.through?.seenAs ?? 'any/v1', kind, name: 'web' })
    // The same by kinds alone.
    if (workload.through !== undefined) expect(makersOf(workload.through.kind)).toContain(workload)
  })
})

test('each name belongs to one kind', () => {
  const names = workloadKinds.flatMap(({ kind, plural, shortNames }) => [kind.toLowerCase(), plural, ...shortNames])
  expect(new Set(names).size).toBe(names.length)
})

test('no other file has a table of them', () => {
  const kinds: ReadonlySet<string> = new Set(workloadKinds.map(({ kind }) => kind))
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.ts$/.test(file),
  )
  const named = files.flatMap((file) => {
    const source = readFileSync(join(root, 'src', file), 'utf8')
    if (![...kinds].some((kind) => source.includes(kind))) return []
    const found = [...literalsOf(source)].filter((text) => kinds.has(text))
    return [...new Set(found)].map((kind) => `${file}: ${kind}`)
  })
  expect(named.filter((line) => !line.startsWith('kubernetes/workloads/kinds.ts: ')).sort()).toEqual([
    // Used in samples.
    'cli/serve/warm-up.ts: ReplicaSet',
    'injection/check/trial.ts: ReplicaSet',
    'injection/decide/examples.ts: Deployment',
  ])
})

/** The strings of a file, and the names of properties. */
function* literalsOf(text: string): Iterable<string> {
  const nodes: ts.Node[] = [ts.createSourceFile('', text, ts.ScriptTarget.Latest, true)]
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (ts.isStringLiteralLike(node)) yield node.text
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) yield node.name.text
    ts.forEachChild(node, (child) => void nodes.push(child))
  }
}
