import type { Source, SourceKind } from './source.ts'

/** Prefix and suffix for the name of a source, by kind. */
const words: Readonly<Record<SourceKind, readonly [string, string]>> = {
  annotation: ['annotation ', ''],
  label: ['label ', ''],
  pod: ["the pod's ", ''],
  workload: ['the workload ', ''],
  namespace: ["the namespace's ", ''],
  path: ['', " in the webhook's path"],
  values: ['values ', ''],
  mesh: ['mesh ', ''],
  'proxy-config': ['ProxyConfig ', ''],
  config: ['configuration ', ''],
  setting: ['setting ', ''],
  deployment: ['', ''],
  nodes: ['the ', ''],
  default: ['the default ', ''],
  version: ['the default of ', ''],
  template: ['template ', ''],
}

/** A source for use in a sentence: `annotation proxy.istio.io/config (concurrency)`. */
export function sourceText(source: Source): string {
  const [before, after] = words[source.kind]
  return `${before}${nameText(source)}${after}`
}

/** Several sources, grouped by kind: `values global.hub, global.tag, label app`. */
export function sourcesText(sources: readonly Source[]): string {
  const kinds = [...new Set(sources.map(({ kind }) => kind))]
  return kinds
    .map((kind) => {
      const [before, after] = words[kind]
      const names = sources.filter((source) => source.kind === kind).map(nameText)
      return `${before}${names.join(', ')}${after}`
    })
    .join(', ')
}

function nameText({ kind, name, field }: Source): string {
  if (kind === 'deployment') return `${field} of Deployment ${name}`
  return `${name}${field === undefined ? '' : ` (${field})`}`
}
