import { annotation } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { UserFault } from '../model/user-fault.ts'
import type { InjectionTemplate } from '../render/templates.ts'

const templatesAnnotation = 'inject.istio.io/templates'

/** Each is rendered and merged, also one that is named again. */
export const maxTemplates = 32

/** The templates for a pod, in order: those that its annotation names, else the default ones; aliases resolved once. */
export function chooseTemplates(pod: Pod, snapshot: Snapshot): readonly InjectionTemplate[] {
  const wanted = annotation(pod, templatesAnnotation)
  const names = wanted === undefined ? snapshot.defaultTemplates : namesIn(wanted)
  return names.flatMap((name) => snapshot.aliases.get(name) ?? [name]).map((name) => find(name, snapshot))
}

function namesIn(wanted: string): readonly string[] {
  const names = wanted.split(',').map((name) => name.trim())
  if (names.length <= maxTemplates) return names
  const fault = { annotation: templatesAnnotation, actual: names.length, limit: maxTemplates }
  throw new UserFault('invalid-annotation', { code: 'too-many-templates', ...fault })
}

function find(name: string, { templates, aliases }: Snapshot): InjectionTemplate {
  const template = templates.get(name)
  if (template !== undefined) return template
  const known = [...templates.keys(), ...aliases.keys()].sort()
  throw new UserFault('unknown-template', {
    code: 'unknown-template',
    annotation: templatesAnnotation,
    template: name,
    known,
  })
}
