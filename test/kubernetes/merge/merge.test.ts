import { describe, expect, test } from 'vitest'
import { MergeError } from '../../../src/kubernetes/merge/error.ts'
import { mergeContainer, mergePod, strategicMerge } from '../../../src/kubernetes/merge/merge.ts'
import { struct } from '../../../src/kubernetes/schema/schema.ts'
import type { Json, JsonObject } from '../../../src/lang/json.ts'
import { deepFreeze } from '../../support/deep-freeze.ts'

/** Merges frozen inputs, so that a write to one of them throws. */
function merge(original: JsonObject, patch: JsonObject): JsonObject {
  return mergePod(deepFreeze(original), deepFreeze(patch))
}
const spec = (fields: JsonObject): JsonObject => ({ spec: fields })
const named = (...names: string[]) => names.map((name) => ({ name }))
const containerNames = (original: string[], patch: Json[]) => {
  const merged = merge(spec({ containers: named(...original) }), spec({ containers: patch })) as {
    spec: { containers: { name: string }[] }
  }
  return merged.spec.containers.map((container) => container.name).join(' ')
}

describe('objects', () => {
  test('merge key by key, null removes, unknown fields pass through', () => {
    const original = { metadata: { labels: { a: '1', b: '2' } }, newer: { kept: [1], list: [1], gone: 1 } }
    const patch = {
      metadata: { labels: { b: null, c: '3', d: null } },
      newer: { list: [2], gone: null, added: { x: null } },
    }
    expect(merge(original, patch)).toEqual({
      metadata: { labels: { a: '1', c: '3' } },
      newer: { kept: [1], list: [2], added: {} },
    })
  })

  test('unchanged parts are shared', () => {
    const original = { metadata: { labels: { a: '1' } }, spec: { containers: [{ name: 'a', env: [] }, { name: 'b' }] } }
    expect(merge(original, { metadata: { labels: { a: '1' } }, spec: { containers: [{ name: 'b' }] } })).toBe(original)
    const merged = merge(original, { spec: { containers: [{ name: 'b', image: 'i' }] } })
    expect(merged['metadata']).toBe(original.metadata)
    expect((merged as typeof original).spec.containers[0]).toBe(original.spec.containers[0])
  })

  test('names of inherited properties are data', () => {
    const key = '{"metadata":{"labels":{"__proto__":"p","constructor":"c","toString":"t"}}}'
    const merged = merge({ metadata: { labels: { a: '1' } } }, JSON.parse(key))
    expect(JSON.stringify(merged)).toBe(
      '{"metadata":{"labels":{"a":"1","__proto__":"p","constructor":"c","toString":"t"}}}',
    )
    const removed = merge(JSON.parse(key), JSON.parse('{"metadata":{"labels":{"__proto__":null}}}'))
    expect(Object.keys((removed as { metadata: { labels: object } }).metadata.labels)).toEqual([
      'constructor',
      'toString',
    ])
    expect(({} as Record<string, unknown>)['p']).toBeUndefined()
  })

  test('any type of the schema', () => {
    const probe = strategicMerge(struct('Probe'), { httpGet: { path: '/', port: 1 } }, { httpGet: { port: 'http' } })
    expect(probe).toEqual({ httpGet: { path: '/', port: 'http' } })
  })
})

describe('lists', () => {
  test.each([
    [['a', 'b'], ['x'], 'x a b'],
    [['a', 'b'], ['b', 'x'], 'a b x'],
    [['a', 'b'], ['x', 'b'], 'x a b'],
    [['a', 'b', 'c'], ['c', 'a'], 'b c a'],
    [['a'], [], 'a'],
  ])('%j and %j merge to %s', (original, patch, expected) => {
    expect(containerNames(original, named(...patch))).toBe(expected)
  })

  test('duplicate keys pair up in order', () => {
    const ports = [
      { containerPort: 53, protocol: 'TCP' },
      { containerPort: 80 },
      { containerPort: 53, protocol: 'UDP' },
    ]
    const once = mergeContainer({ ports }, { ports: [{ containerPort: 53, name: 'dns' }] })
    expect(once['ports']).toEqual([
      { containerPort: 53, protocol: 'TCP', name: 'dns' },
      { containerPort: 53, protocol: 'UDP' },
      { containerPort: 80 },
    ])
    const itself = mergeContainer({ ports }, { ports: structuredClone(ports) })
    expect(new Set(itself['ports'] as Json[])).toEqual(new Set(ports))
  })

  test('atomic lists are replaced, without the nulls of their objects', () => {
    const patch = { args: ['b'], envFrom: [{ prefix: null, secretRef: { name: 's' } }] }
    expect(mergeContainer({ args: ['a', 'c'], envFrom: [{ prefix: 'p' }] }, patch)).toEqual({
      args: ['b'],
      envFrom: [{ secretRef: { name: 's' } }],
    })
  })

  test('items of the original without a valid or unique key stay', () => {
    const merged = merge(spec({ containers: [null, 'x', {}, ...named('a', 'a')] }), spec({ containers: named('b') }))
    expect(merged).toEqual(spec({ containers: [...named('b'), null, 'x', {}, ...named('a', 'a')] }))
  })

  test('long lists take linear time', () => {
    const env = Array.from({ length: 50_000 }, (_, index) => ({ name: `V${index}`, value: 'x' }))
    const merged = mergeContainer({ env }, { env: env.map(({ name }) => ({ name, value: 'y' })) })
    expect((merged['env'] as Json[]).at(-1)).toEqual({ name: 'V49999', value: 'y' })
  })
})

describe('directives', () => {
  test('$patch in lists', () => {
    expect(containerNames(['a', 'b'], [{ $patch: 'delete', name: 'a' }, { name: 'x' }])).toBe('x b')
    expect(containerNames(['a', 'b'], [{ name: 'x' }, { $patch: 'replace' }])).toBe('x')
    expect(containerNames(['a', 'b'], [{ $patch: 'merge', name: 'b' }])).toBe('a b')
    expect(merge({}, spec({ containers: [{ $patch: 'delete', name: 'a' }] }))).toEqual(spec({ containers: [] }))
  })

  test('$patch in objects', () => {
    const original = spec({ securityContext: { runAsUser: 1 } })
    const patched = (context: JsonObject) => merge(original, spec({ securityContext: context }))
    expect(patched({ $patch: 'replace', fsGroup: 2, runAsGroup: null })).toEqual(
      spec({ securityContext: { fsGroup: 2 } }),
    )
    expect(patched({ $patch: 'delete' })).toEqual(spec({ securityContext: {} }))
    expect(mergePod(spec({}), spec({ securityContext: { $patch: 'delete' } }))).toEqual(spec({}))
    expect(patched({ $patch: 'merge', fsGroup: 2 })).toEqual(spec({ securityContext: { runAsUser: 1, fsGroup: 2 } }))
  })

  test.each<[string, JsonObject]>([
    ['delete', {}],
    ['delete', { runAsUser: 7 }],
    ['replace', { runAsUser: 7 }],
  ])('$patch: %s has no effect in a new container', ($patch, fields) => {
    const proxy = { name: 'p', securityContext: { $patch, ...fields } }
    expect(merge(spec({ containers: [] }), spec({ containers: [proxy] }))).toEqual(
      spec({ containers: [{ name: 'p', securityContext: fields }] }),
    )
  })

  test('items of a new list, or of a list in a new item, that are to be deleted are left out', () => {
    const env = [{ name: 'A', $patch: 'delete' }, { name: 'B' }]
    expect(merge(spec({ containers: [] }), spec({ containers: [{ name: 'p', env }] }))).toEqual(
      spec({ containers: [{ name: 'p', env: named('B') }] }),
    )
    expect(mergeContainer({ name: 'p' }, { env })).toEqual({ name: 'p', env: named('B') })
  })

  test.each<[Json]>([[null], ['x'], [[]]])(
    '$patch: replace of %j leaves nothing, as for a field that is unset',
    (securityContext) => {
      const patch = spec({ securityContext: { $patch: 'replace', runAsUser: 7 } })
      expect(merge(spec({ securityContext }), patch)).toEqual(spec({}))
    },
  )

  test('$retainKeys', () => {
    const original = spec({ volumes: [{ name: 'v', emptyDir: {} }] })
    const patch = spec({ volumes: [{ name: 'v', secret: { secretName: 's' }, $retainKeys: ['name', 'secret'] }] })
    const expected = spec({ volumes: [{ name: 'v', secret: { secretName: 's' } }] })
    expect(merge(original, patch)).toEqual(expected)
    expect(merge({}, patch)).toEqual(expected)
    expect(merge(spec({ volumes: [] }), patch)).toEqual(expected)
  })

  test('$setElementOrder and $deleteFromPrimitiveList', () => {
    const order = spec({ '$setElementOrder/containers': named('b', 'a') })
    expect(merge(spec({ containers: named('a', 'b', 'c') }), order)).toEqual(spec({ containers: named('b', 'a', 'c') }))
    expect(merge({}, order)).toEqual(spec({}))
    const finalizers = { '$deleteFromPrimitiveList/finalizers': ['a'], finalizers: ['c'] }
    expect(merge({ metadata: { finalizers: ['a', 'b'] } }, { metadata: finalizers })).toEqual({
      metadata: { finalizers: ['c', 'b'] },
    })
  })

  test.each<[JsonObject, readonly string[]]>([
    [{ finalizers: ['a'] }, ['c']],
    [{}, ['c']],
  ])('$deleteFromPrimitiveList deletes what the patch itself adds to %j', (metadata, finalizers) => {
    const patch = { '$deleteFromPrimitiveList/finalizers': ['a'], finalizers: ['a', 'c'] }
    expect(merge({ metadata }, { metadata: patch })).toEqual({ metadata: { finalizers } })
  })

  test('$deleteFromPrimitiveList deletes from lists that are replaced, too', () => {
    const patch = { '$deleteFromPrimitiveList/args': ['a', 'b'] }
    expect(mergeContainer({ args: ['a', 'c', 'a'] }, patch)).toEqual({ args: ['c'] })
    expect(mergeContainer({ args: ['x'] }, { ...patch, args: ['c', 'a', 'd'] })).toEqual({ args: ['c', 'd'] })
  })

  test.each<[JsonObject, readonly string[]]>([
    [{ finalizers: ['b'] }, ['d', 'a', 'b']],
    [{ finalizers: [] }, ['d', 'a', 'b']],
    [{ '$setElementOrder/finalizers': ['b'] }, ['d', 'a', 'a', 'b']],
    [{ finalizers: ['b', 'd'], '$setElementOrder/finalizers': ['b', 'd'] }, ['a', 'b', 'd']],
    [{ finalizers: ['b'], '$deleteFromPrimitiveList/finalizers': ['a'] }, ['d', 'b']],
  ])('of duplicates in a list of scalars the first one has the place: %j', (metadata, finalizers) => {
    expect(merge({ metadata: { finalizers: ['d', 'a', 'b', 'a'] } }, { metadata })).toEqual({
      metadata: { finalizers },
    })
  })
})

describe('faults of a patch', () => {
  const deep = (depth: number): Json => (depth === 0 ? 1 : { a: deep(depth - 1) })
  test.each<[string, JsonObject, string, string]>([
    ['no key', spec({ containers: [{ name: 'a' }, { image: 'x' }] }), 'spec.containers[1]', 'needs a name'],
    ['a null item', spec({ volumes: [null] }), 'spec.volumes[0]', 'must be an object, not null'],
    ['a list for an object', spec({ securityContext: [] }), 'spec.securityContext', 'must be an object, not a list'],
    ['an object for a list', spec({ containers: { name: 'a' } }), 'spec.containers', 'must be a list, not an object'],
    [
      'a string for a list',
      spec({ containers: [{ name: 'a', args: 'x' }] }),
      'spec.containers[0].args',
      'the string "x"',
    ],
    [
      'a number for a string',
      spec({ containers: [{ name: 'a', env: [{ name: 'X', value: 5 }] }] }),
      'spec.containers[0].env[0].value',
      'must be a string, not 5',
    ],
    [
      'a label that is not a string',
      { metadata: { labels: { 'a/b': true } } },
      'metadata.labels["a/b"]',
      'must be a string',
    ],
    [
      'a fraction',
      spec({ containers: [{ name: 'a', ports: [{ containerPort: 1.5 }] }] }),
      'spec.containers[0].ports[0].containerPort',
      'whole number',
    ],
    [
      'an unknown $patch',
      spec({ securityContext: { $patch: 'remove' } }),
      'spec.securityContext.$patch',
      'must be replace, delete or merge',
    ],
    ['an unknown directive', spec({ $patchh: 'delete' }), 'spec.$patchh', 'unknown directive'],
    [
      '$patch: replace on an item',
      spec({ containers: [{ $patch: 'replace', name: 'a' }] }),
      'spec.containers[0]',
      'an item of its own',
    ],
    ['$patch: delete of all', { $patch: 'delete' }, '(the whole patch)', 'delete the whole Pod'],
    [
      '$retainKeys that drop',
      spec({ securityContext: { $retainKeys: ['a'], runAsUser: 1 } }),
      'spec.securityContext.$retainKeys',
      'must include runAsUser',
    ],
    [
      'an order that lacks an item',
      spec({ containers: [{ name: 'b' }], '$setElementOrder/containers': named('a') }),
      'spec.containers[0]',
      '$setElementOrder',
    ],
    [
      'a deletion from a list of objects',
      spec({ '$deleteFromPrimitiveList/containers': ['a'] }),
      'spec.containers',
      'is for lists of scalars',
    ],
    ['too deep', { x: deep(200) }, `x${'.a'.repeat(100)}`, 'levels deep'],
  ])('%s', (_, patch, path, problem) => {
    const original = spec({ containers: named('a'), securityContext: { runAsUser: 2 } })
    const error = catchError(() => merge(original, patch))
    expect(error.path).toBe(path)
    expect(error.message).toContain(`${path}: `)
    expect(error.message).toContain(problem)
  })

  test('a new list is checked too', () => {
    expect(catchError(() => merge({}, spec({ initContainers: [{ image: 'x' }] }))).path).toBe('spec.initContainers[0]')
  })
})

function catchError(run: () => unknown): MergeError {
  try {
    run()
  } catch (error) {
    if (error instanceof MergeError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
