import shared from '../../templates/shared.yaml'
import type { Snapshot } from '../injection/model/snapshot.ts'
import { templateNames as requestedTemplates, withoutAliases } from '../injection/prepare/templates.ts'
import { templatesAnnotation } from '../istio/names.ts'
import { own } from '../lang/json.ts'
import { quote } from '../lang/text/path.ts'
import type { Workload } from './workload.ts'

/** The names of the templates for a workload's pods, aliases resolved, including unknown ones. */
export function templateNames({ annotations }: Workload, snapshot: Snapshot): readonly string[] {
  return withoutAliases(requestedTemplates.value({ pod: { metadata: { annotations } }, snapshot }), snapshot)
}

/** What is wrong with the templates that a workload's pods ask for, each in a few words. */
export function templateFaults(workload: Workload, snapshot: Snapshot): readonly string[] {
  if (own(workload.annotations, templatesAnnotation) === undefined) return []
  const { templates, faultyTemplates } = snapshot
  return templateNames(workload, snapshot).flatMap((name) => {
    const fault = faultyTemplates.get(name)
    if (fault !== undefined) return [`the template ${quote(name)}, which can't be rendered for pods: ${fault}`]
    return templates.has(name) ? [] : [`the unknown template ${quote(name)}`]
  })
}

/**
 * Returns a function that reports whether a template mentions an annotation, in its own text or in a shared block that it
 * uses. This is a text search: annotation names that a template assembles at run time are not found.
 */
export function createMentions(snapshot: Snapshot): (template: string, annotation: string) => boolean {
  const sources = new Map<string, string>()
  return (template, annotation) => {
    const text = sources.get(template) ?? withBlocks(snapshot.templates.get(template)?.text ?? '')
    sources.set(template, text)
    return text.includes(`"${annotation}"`) || text.includes(`\`${annotation}\``)
  }
}

const uses = /\b(?:template|include)\s+["`]([^"`]+)["`]/g

function withBlocks(text: string): string {
  const wanted = [...usedBlocks(text)]
  const seen = new Set<string>()
  let all = text
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const block = seen.has(name) ? undefined : sharedBlocks.get(name)
    seen.add(name)
    if (block === undefined) continue
    all += block
    wanted.push(...usedBlocks(block))
  }
  return all
}

function usedBlocks(text: string): readonly string[] {
  return [...text.matchAll(uses)].map(([, name = '']) => name)
}

// Splitting at each `define` is sufficient: blocks aren't nested.
const sharedBlocks: ReadonlyMap<string, string> = new Map(
  shared.split(/(?=\{\{-? *define ")/).flatMap((part) => {
    const name = /^\{\{-? *define "([^"]+)"/.exec(part)?.[1]
    return name === undefined ? [] : [[name, part] as const]
  }),
)
