import fc from 'fast-check'
import { defaultConfig } from '../../src/config/defaults.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import { compileTemplates } from '../../src/injection/render/templates.ts'
import { sprigFunctions } from '../../src/lang/template/sprig/index.ts'
import { hostileValue } from '../properties/arbitrary-annotations.ts'
import { injectAll } from './documents.ts'
import { fuzzed } from './run-target.ts'
import type { AnyTarget } from './target.ts'

/* Templates: generated from a grammar, and mutations of the default ones. */

const functions = [
  ...Object.keys(sprigFunctions),
  ...['and', 'or', 'not', 'eq', 'ne', 'lt', 'len', 'index', 'slice', 'print', 'printf', 'html', 'js', 'call'],
  ...['include', 'annotation', 'valueOrDefault', 'toJSON', 'fromJSON', 'toYaml', 'structToJSON', 'protoToJSON', 'env'],
  ...['isset', 'excludeInboundPort', 'includeInboundPorts', 'applicationPorts', 'kubevirtInterfaces', 'isProxyless'],
]
const literals = [
  '1',
  '-7',
  '3.5',
  '1e21',
  '"text"',
  '""',
  '"a,b"',
  '`raw`',
  'true',
  'nil',
  '9223372036854775807',
  "'x'",
]
const fields = [
  '.',
  '$',
  '.Spec',
  '.Spec.Containers',
  '.ObjectMeta.Annotations',
  '.ObjectMeta.Labels',
  '.ProxyConfig',
  '.MeshConfig',
]
const deeper = [
  '.Values',
  '.Values.global',
  '.Values.global.proxy',
  '.Missing',
  '.Spec.constructor',
  '.Values.__proto__',
  '.Revision',
]

const operand = fc.oneof(
  fc.constantFrom(...literals, ...fields, ...deeper),
  hostileValue.map((text) => JSON.stringify(text)),
)
const call = fc
  .tuple(fc.constantFrom(...functions), fc.array(operand, { maxLength: 3 }))
  .map(([name, operands]) => [name, ...operands].join(' '))
const pipeline = fc.array(fc.oneof(call, operand), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' | '))
const lines = fc.constantFrom(
  'metadata:\n  annotations:\n    a: ',
  '\nspec:\n  containers:\n  - name: own\n    image: ',
  '\n    env:\n    - {name: A, value: ',
  '}',
  '\n  - name: istio-proxy\n    $patch: delete\n',
  '\n  volumes: ',
)
const { block } = fc.letrec<{ block: string }>((tie) => ({
  block: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    lines,
    pipeline.map((text) => `{{ ${text} }}`),
    fc.tuple(pipeline, tie('block'), tie('block')).map(([a, b, c]) => `{{- if ${a} }}${b}{{ else }}${c}{{ end }}`),
    fc.tuple(pipeline, tie('block')).map(([a, b]) => `{{ range $i, $e := ${a} }}${b}{{ $i }}{{ end -}}`),
    fc.tuple(pipeline, tie('block')).map(([a, b]) => `{{ with $x := ${a} }}${b}{{ $x }}{{ end }}`),
    fc.tuple(pipeline, tie('block')).map(([a, b]) => `{{ define "d" }}${b}{{ end }}{{ template "d" ${a} }}`),
    hostileValue,
  ),
}))
const fromGrammar = fc.array(block, { minLength: 1, maxLength: 6 }).map((blocks) => blocks.join(''))

const piece = fc.oneof(
  fc.constantFrom(...'{}()|:=.$"`- \n'),
  fc.constantFrom('{{', '}}', '{{ end }}', '{{-', '{{ range . }}', '{{ define "x" }}', '  ', '- ', ': ', '{{ .X }}'),
  pipeline.map((text) => `{{ ${text} }}`),
  hostileValue,
)
const changed = fc
  .tuple(
    fc.constantFrom(...Object.values(defaultConfig.templates)),
    fc.array(fc.tuple(fc.nat(100_000), fc.nat(30), piece), { minLength: 1, maxLength: 4 }),
  )
  .map(([template, changes]) =>
    changes.reduce((text, [at, cut, put]) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + put + text.slice(place + cut)
    }, template),
  )

export function templateTargets(snapshot: Snapshot): readonly AnyTarget[] {
  return [
    fuzzed({
      name: 'templates',
      share: 8_000,
      input: fc.oneof({ arbitrary: fromGrammar, weight: 2 }, { arbitrary: changed, weight: 1 }),
      check: (text) => {
        const { templates, faults } = compileTemplates({ fuzzed: text }, new Map())
        if (faults.length === 0) injectAll({ ...snapshot, templates, aliases: new Map(), defaultTemplates: ['fuzzed'] })
      },
    }),
  ]
}
