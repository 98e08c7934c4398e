import { templatesAnnotation } from '../../istio/names.ts'
import { annotation } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { resolver } from '../model/resolver.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { annotationSources } from '../model/source.ts'
import type { ChosenTemplate, InjectionTemplate } from '../model/template.ts'
import { UserFault, unusableTemplate } from '../model/user-fault.ts'

/** Each is rendered and merged, duplicates included. */
export const maxTemplates = 32

/** The templates for a pod, in order: those in its annotation, else the default ones; aliases are resolved once. */
export function chooseTemplates(pod: Pod, snapshot: Snapshot): readonly ChosenTemplate[] {
  const names = templateNames.value({ pod, snapshot })
  const chosen = (name: string, requested: boolean) => ({ template: find(name, snapshot), requested })
  if (names === snapshot.defaultTemplates) return withoutAliases(names, snapshot).map((name) => chosen(name, false))
  refuseTooMany(names.length)
  const needed = neededTemplates(snapshot)
  return withoutAliases(names, snapshot).map((name) => chosen(name, !needed.has(name)))
}

/** The templates of pods that don't ask for others: the default ones, aliases resolved. The configuration makes sure they work. */
export function neededTemplates(snapshot: Pick<Snapshot, 'defaultTemplates' | 'aliases'>): ReadonlySet<string> {
  return new Set(withoutAliases(snapshot.defaultTemplates, snapshot))
}

/** The names with each alias replaced by what it stands for, once. */
export function withoutAliases(names: readonly string[], { aliases }: Pick<Snapshot, 'aliases'>): readonly string[] {
  return names.some((name) => aliases.has(name)) ? names.flatMap((name) => aliases.get(name) ?? [name]) : names
}

/** The requested names, including aliases. */
export const templateNames = resolver<
  readonly string[],
  { readonly pod: Pod; readonly snapshot: Pick<Snapshot, 'defaultTemplates'> }
>(
  [
    {
      value: ({ pod }) => {
        const wanted = annotation(pod, templatesAnnotation)
        return wanted?.split(',').map((name) => name.trim())
      },
      sources: ({ pod }) => annotationSources(pod, templatesAnnotation),
      setBy: { kind: 'annotation', name: templatesAnnotation },
    },
  ],
  {
    value: ({ snapshot }) => snapshot.defaultTemplates,
    sources: ({ snapshot }) => [{ kind: 'config', name: 'defaultTemplates', value: snapshot.defaultTemplates }],
  },
)

function refuseTooMany(actual: number): void {
  if (actual <= maxTemplates) return
  const fault = { annotation: templatesAnnotation, actual, limit: maxTemplates }
  throw new UserFault('invalid-annotation', { code: 'too-many-templates', ...fault })
}

function find(name: string, { templates, faultyTemplates, aliases }: Snapshot): InjectionTemplate {
  const template = templates.get(name)
  if (template !== undefined) return template
  const fault = faultyTemplates.get(name)
  if (fault !== undefined) throw unusableTemplate(name, fault)
  const known = [...templates.keys(), ...aliases.keys()].sort()
  throw new UserFault('unknown-template', {
    code: 'unknown-template',
    annotation: templatesAnnotation,
    template: name,
    known,
  })
}
