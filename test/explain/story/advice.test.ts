import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { denialSentences } from '../../../src/injection/model/fault.ts'
import { annotationReasons } from '../../../src/istio/annotations/fault.ts'
import { fieldReasons } from '../../../src/kubernetes/pod/fault.ts'
import { evaluate } from '../../../src/playground/evaluate.ts'
import { emptyState } from '../../../src/playground/state.ts'

// All messages of faults are the same here: neither the suggested changes nor the reported line may depend on them.
beforeEach(() => {
  reword(fieldReasons)
  reword(annotationReasons)
  reword(denialSentences)
})
afterEach(() => {
  vi.restoreAllMocks()
})

function reword(table: Readonly<Record<string, (fault: never) => string>>): void {
  for (const code of Object.keys(table)) vi.spyOn(table, code).mockReturnValue('reworded')
}

/** A Pod, and the number of the line marked with `# <`. */
function marked(workload: string): { readonly workload: string; readonly line: number } {
  const lines = workload.split('\n')
  return { workload, line: lines.findIndex((text) => text.endsWith('# <')) + 1 }
}

const pod = ({ metadata = '', spec = '', container = '{name: web, image: web:1}' }) =>
  marked(`apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
${metadata}spec:
  containers:
  - ${container}
${spec}`)

const annotated = (annotation: string) =>
  pod({ metadata: `  annotations:\n    example.com/other: "x"\n    ${annotation} # <\n` })

const denyImages = `annotationPolicy:
- annotations: [sidecar.istio.io/proxyImage]
  action: deny
  message: reworded
`

test.each([
  ['a quoted number', pod({ spec: '  priority: "5" # <\n' }), ['priority: 5'], ''],
  ['a number instead of a string', pod({ container: '{name: web, image: 5} # <' }), ['image: "5"'], ''],
  ['a quoted boolean', pod({ spec: '  hostPID: "true" # <\n' }), ['hostPID: true'], ''],
  ['a container without a name', pod({ container: '{image: web:1} # <' }), ['name: app'], ''],
  ['a field of the wrong type', pod({ spec: '  tolerations: all # <\n' }), ['-tolerations: all'], ''],
  ['an invalid value', annotated('sidecar.istio.io/proxyCPU: much'), ['-sidecar.istio.io/proxyCPU: much'], ''],
  ['a misspelt template', annotated('inject.istio.io/templates: sidecarr'), ['inject.istio.io/templates: sidecar'], ''],
  ['invalid JSON', annotated('proxy.istio.io/overrides: "{"'), ["-proxy.istio.io/overrides: '{'"], ''],
  ['a port of the proxy', annotated('prometheus.io/port: "15090"'), ['-prometheus.io/port: "15090"'], ''],
  [
    'an annotation denied by policy',
    annotated('sidecar.istio.io/proxyImage: mine/proxy'),
    ['-sidecar.istio.io/proxyImage: mine/proxy'],
    denyImages,
  ],
])('reports the line of %s and suggests a fix', (_, { workload, line }, changes, config) => {
  const { subjects, problems } = evaluate({ ...emptyState, workload, config })
  const suggested = subjects.flatMap(({ explain }) => explain.remedies).filter(({ injected }) => injected)
  const lines = suggested.flatMap((remedy) => remedy.lines).filter(({ form }) => form === 'yaml')
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('reworded')])
  expect(problems.map((problem) => problem.line)).toEqual([line])
  expect(lines.map(({ remove, line }) => `${remove ? '-' : ''}${line}`)).toEqual(changes)
})
