import { mergePod } from '../../kubernetes/merge/merge.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { TemplateError } from '../../lang/template/errors.ts'
import { noFacts } from '../model/facts.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { type InjectionTemplate, RenderError, type TemplateInputs } from '../model/template.ts'
import { prepare } from '../prepare/prepare.ts'
import { renderFailure } from '../render/blame.ts'
import { readPod } from '../render/render.ts'

/** A fault of a template on the sample pod; without a position if its output is invalid. */
export interface TrialFault {
  readonly template: string
  readonly line?: number
  readonly column?: number
  readonly message: string
}

/** The faults of a template that can't be rendered for the sample pod. */
export interface TemplateTrial {
  readonly template: string
  /** Whether they don't depend on the pod: the template doesn't compile, or reads fields that pods don't have. */
  readonly always: boolean
  readonly faults: readonly [TrialFault, ...TrialFault[]]
}

/** An ordinary pod of an ordinary Deployment: a template that fails on it would fail on nearly every pod. */
export const samplePod: Pod = {
  metadata: {
    generateName: 'sample-5d4f8c7b9-',
    namespace: 'default',
    labels: { app: 'sample', 'pod-template-hash': '5d4f8c7b9' },
    annotations: {},
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'sample-5d4f8c7b9', uid: '1', controller: true },
    ],
  },
  spec: {
    serviceAccountName: 'default',
    containers: [
      {
        name: 'app',
        image: 'example.com/sample:1',
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
        readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
      },
    ],
  },
}

/**
 * Checks every template of a snapshot before it is used: the fields that it reads, its output, and whether that fits a pod.
 * Returns those with faults.
 */
export function tryTemplates(snapshot: Snapshot): readonly TemplateTrial[] {
  const { inputs } = prepare(samplePod, 'default', '/inject', snapshot, noFacts)
  return [...snapshot.templates.values()].flatMap((template): readonly TemplateTrial[] => {
    const unknown = template.unknownFields(inputs)
    const always = unknown.length > 0
    const [first, ...others] = always ? unknown : renderFaults(template, inputs)
    return first === undefined ? [] : [{ template: template.name, always, faults: [first, ...others] }]
  })
}

function renderFaults(template: InjectionTemplate, inputs: TemplateInputs): readonly TrialFault[] {
  try {
    mergePod(samplePod, readPod(template.render(inputs).text))
    return []
  } catch (error) {
    return [faultOf(template, error)]
  }
}

function faultOf({ name }: InjectionTemplate, error: unknown): TrialFault {
  if (error instanceof RenderError && error.cause instanceof TemplateError) {
    const { template, line, column } = error.cause
    return { template: template === 'shared' ? name : template, line, column, message: error.message }
  }
  if (error instanceof Error) return { template: name, message: renderFailure(error) }
  throw error
}
