import { annotation } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { InjectionTemplate } from '../model/template.ts'
import { UserFault } from '../model/user-fault.ts'

const templatesAnnotation = 'inject.istio.io/templates'

/** Each is rendered and merged, also one that is named again. */
const maxTemplates = 32

/** The templates for a pod, in order: those that its annotation names, else the default ones; aliases resolved once. */
export function chooseTemplates(pod: Pod, snapshot: Snapshot): readonly InjectionTemplate[] {
  const wanted = annotation(pod, templatesAnnotation)
  const names = wanted === undefined ? snapshot.defaultTemplates : namesIn(wanted)
  return names.flatMap((name) => snapshot.aliases.get(name) ?? [name]).map((name) => find(name, snapshot))
}

function namesIn(wanted: string): readonly string[] {
  const names = wanted.split(',').map((name) => name.trim())
  if (names.length <= maxTemplates) return names
  throw new UserFault(
    'invalid-annotation',
    `the annotation ${templatesAnnotation} asks for ${names.length} templates; it may name ${maxTemplates}`,
  )
}

function find(name: string, { templates, aliases }: Snapshot): InjectionTemplate {
  const template = templates.get(name)
  if (template !== undefined) return template
  const known = [...templates.keys(), ...aliases.keys()].sort().join(', ')
  throw new UserFault(
    'unknown-template',
    `the annotation ${templatesAnnotation} asks for a template ${JSON.stringify(name)} that the injector does not have; it has ${known}`,
  )
}
