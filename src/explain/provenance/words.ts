import type { Source, SourceKind } from '../../injection/model/source.ts'

/** What stands before and behind the name of a source of each kind. */
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
  nodes: ['the ', ''],
  default: ['the default ', ''],
  template: ['template ', ''],
}

/** A source as it can stand in a sentence: `annotation proxy.istio.io/config (concurrency)`. */
export function sourceText(source: Source): string {
  const [before, after] = words[source.kind]
  return `${before}${nameText(source)}${after}`
}

/** Several sources, those of one kind together: `values global.hub, global.tag, label app`. */
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

function nameText({ name, field }: Source): string {
  return `${name}${field === undefined ? '' : ` (${field})`}`
}
