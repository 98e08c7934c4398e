import fc from 'fast-check'
import jsonpatch from 'fast-json-patch'
import { describe, expect, test } from 'vitest'
import { diffPod } from '../../../src/kubernetes/patch/diff.ts'
import type { Operation } from '../../../src/kubernetes/patch/operation.ts'
import type { Json, JsonObject } from '../../../src/lang/json.ts'
import { deepFreeze } from '../../support/deep-freeze.ts'
import { podLike } from '../../support/pods.ts'
import { runs } from '../../support/properties.ts'

function apply(before: JsonObject, operations: readonly Operation[]): unknown {
  return jsonpatch.applyPatch(structuredClone(before), structuredClone(operations) as Operation[], true).newDocument
}

const spec = (fields: JsonObject): JsonObject => ({ spec: fields })
const named = (...names: string[]) => names.map((name) => ({ name }))
const diffContainers = (before: Json[], after: Json[]) =>
  diffPod(spec({ containers: before }), spec({ containers: after }))

describe('any two pods', () => {
  test('applying the patch results in the second pod', () => {
    fc.assert(
      fc.property(podLike, podLike, (before, after) => {
        const operations = diffPod(deepFreeze(before), deepFreeze(after))
        expect(apply(before, operations)).toStrictEqual(after)
        expect(operations.length === 0).toBe(jsonpatch.compare(before, after).length === 0)
      }),
      { numRuns: runs(300) },
    )
  })

  test('a pod and its copy do not differ, whatever the order of keys', () => {
    fc.assert(
      fc.property(podLike, (pod) => {
        expect(diffPod(pod, pod)).toEqual([])
        expect(diffPod(pod, reversed(pod))).toEqual([])
      }),
    )
  })

  test('the patch does not depend on the order of keys', () => {
    fc.assert(
      fc.property(podLike, podLike, (before, after) => {
        const operations = diffPod(before, after)
        expect(diffPod(reversed(before), reversed(after))).toStrictEqual(operations)
      }),
    )
  })

  test('lists take at most one step for each item that is out of order', () => {
    const names = fc.uniqueArray(fc.nat(12), { maxLength: 12 })
    fc.assert(
      fc.property(names, names, (old, now) => {
        const [before, after] = [named(...old.map(String)), named(...now.map(String))]
        if (before.length === 0 || after.length === 0) return
        const operations = diffContainers(before, after)
        expect(apply(spec({ containers: before }), operations)).toStrictEqual(spec({ containers: after }))
        const gone = old.filter((name) => !now.includes(name)).length
        const common = old.filter((name) => now.includes(name))
        const run = longestRun(common.map((name) => now.indexOf(name)))
        expect(operations.length).toBeLessThanOrEqual(gone + now.length - run)
      }),
    )
  })
})

describe('a patch is small', () => {
  const app = { name: 'app', image: 'app:1', env: named('A', 'B') }
  const proxy = { name: 'istio-proxy', image: 'proxy:1' }

  test('a container inserted before others is one operation', () => {
    expect(diffContainers([app], [proxy, structuredClone(app)])).toEqual([
      { op: 'add', path: '/spec/containers/0', value: proxy },
    ])
  })

  test('a container that moves is one move, and its own changes', () => {
    const changed = { ...proxy, image: 'proxy:2' }
    expect(diffContainers([proxy, app, { name: 'other' }], [app, { name: 'other' }, changed])).toEqual([
      { op: 'move', from: '/spec/containers/0', path: '/spec/containers/2' },
      { op: 'replace', path: '/spec/containers/2/image', value: 'proxy:2' },
    ])
  })

  test('a new list is one operation', () => {
    expect(diffPod(spec({}), spec({ initContainers: [proxy] }))).toEqual([
      { op: 'add', path: '/spec/initContainers', value: [proxy] },
    ])
  })

  test('one argument is replaced alone, a list of different arguments as a whole', () => {
    const args = (...list: string[]) => [{ name: 'app', args: list }]
    expect(diffContainers(args('-u', '1', '-v'), args('-u', '2', '-v'))).toEqual([
      { op: 'replace', path: '/spec/containers/0/args/1', value: '2' },
    ])
    expect(diffContainers(args('-u', '1', '-v'), args('x', 'y'))).toEqual([
      { op: 'replace', path: '/spec/containers/0/args', value: ['x', 'y'] },
    ])
  })

  test('duplicate keys pair up in order', () => {
    const ports = (...protocols: string[]) => [
      { name: 'app', ports: protocols.map((protocol) => ({ containerPort: 53, protocol })) },
    ]
    expect(diffContainers(ports('TCP', 'UDP'), ports('TCP', 'SCTP'))).toEqual([
      { op: 'replace', path: '/spec/containers/0/ports/1/protocol', value: 'SCTP' },
    ])
  })

  test('names are escaped, and those of inherited properties are data', () => {
    const after = JSON.parse('{"metadata":{"annotations":{"a.b/c~d":"1","__proto__":"2","constructor":"3"}}}')
    expect(diffPod({ metadata: { annotations: {} } }, after)).toEqual([
      { op: 'add', path: '/metadata/annotations/__proto__', value: '2' },
      { op: 'add', path: '/metadata/annotations/a.b~1c~0d', value: '1' },
      { op: 'add', path: '/metadata/annotations/constructor', value: '3' },
    ])
  })

  test('managedFields are ignored', () => {
    expect(diffPod({ metadata: { managedFields: [1], name: 'a' } }, { metadata: { name: 'a' } })).toEqual([])
    expect(diffPod(spec({ managedFields: 1 }), spec({}))).toHaveLength(1)
  })

  test('items without the key of their list are compared by index', () => {
    expect(diffContainers([null, { image: 'a' }], [null, { image: 'b' }])).toEqual([
      { op: 'replace', path: '/spec/containers/1/image', value: 'b' },
    ])
  })

  test('a pod with 2,000 variables that gets a sidecar', () => {
    const before = spec({ containers: [{ ...app, env: variables(2000) }], volumes: named('data') })
    const sidecar = { ...proxy, env: variables(30), volumeMounts: named('a', 'b', 'c') }
    const after = spec({
      containers: [{ ...app, env: [...variables(2000), { name: 'ADDED', value: '1' }] }, sidecar],
      volumes: named('a', 'b', 'c', 'data'),
    })
    const operations = diffPod(before, after)
    expect(operations.map((operation) => operation.path)).toEqual([
      '/spec/containers/1',
      '/spec/containers/0/env/2000',
      '/spec/volumes/0',
      '/spec/volumes/1',
      '/spec/volumes/2',
    ])
    expect(JSON.stringify(operations).length - JSON.stringify(sidecar).length).toBeLessThan(500)
  })
})

describe('the cost', () => {
  test('is zero for parts that both pods share', () => {
    const untouchable = new Proxy([] as Json[], {
      get: () => expect.fail('read'),
      ownKeys: () => expect.fail('listed'),
    })
    const before = spec({ containers: [{ name: 'app', env: untouchable }], tolerations: untouchable })
    const after = spec({ containers: [{ name: 'app', env: untouchable }, { name: 'p' }], tolerations: untouchable })
    expect(diffPod(before, after)).toHaveLength(1)
  })

  test('is linear in the size of the pod', () => {
    const small = reads(200)
    const large = reads(2000)
    expect(large / small).toBeGreaterThan(5)
    expect(large / small).toBeLessThan(12)
  })

  test('is low when a list of thousands is reversed', () => {
    const before = { ...spec({ containers: [{ name: 'app', env: variables(5000) }] }) }
    const after = { ...spec({ containers: [{ name: 'app', env: variables(5000).reverse() }] }) }
    expect(diffPod(before, after)).toHaveLength(4999)
  })
})

/** The number of properties read to compare a pod of `count` variables with a copy that has some more and fewer. */
function reads(count: number): number {
  let counted = 0
  const counting = (value: object): object =>
    new Proxy(value, {
      get(target, key) {
        counted += 1
        const inner: unknown = Reflect.get(target, key)
        return typeof inner === 'object' && inner !== null ? counting(inner) : inner
      },
    })
  const before = spec({ containers: [{ name: 'app', env: variables(count) }] })
  const env = [{ name: 'FIRST' }, ...variables(count).filter((_, index) => index % 10 !== 0)]
  const after = spec({ containers: [{ name: 'app', env }] })
  expect(diffPod(counting(before) as JsonObject, counting(after) as JsonObject)).toHaveLength(1 + count / 10)
  return counted
}

function variables(count: number): { name: string; value: string }[] {
  return Array.from({ length: count }, (_, index) => ({ name: `VARIABLE_${index}`, value: `value ${index}` }))
}

/** A copy with its keys in reverse order. */
function reversed(value: JsonObject): JsonObject {
  const copy = (inner: Json): Json => {
    if (Array.isArray(inner)) return inner.map(copy)
    return typeof inner === 'object' && inner !== null ? reversed(inner as JsonObject) : inner
  }
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, copy(inner)]),
  )
}

/** Quadratic, but simple. */
function longestRun(values: readonly number[]): number {
  const best: number[] = []
  values.forEach((value, index) => {
    const before = best.filter((_, earlier) => (values[earlier] ?? 0) < value)
    best[index] = 1 + Math.max(0, ...before)
  })
  return Math.max(0, ...best)
}
