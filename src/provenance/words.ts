import type { Source, SourceKind } from './types.ts'

const words: Readonly<Record<SourceKind, (name: string) => string>> = {
  annotation: (name) => `annotation ${name}`,
  label: (name) => `label ${name}`,
  pod: (name) => `the pod's ${name}`,
  workload: (name) => `the workload ${name}`,
  namespace: (name) => `the namespace's ${name}`,
  path: (name) => `${name} in the webhook's path`,
  values: (name) => `values ${name}`,
  mesh: (name) => `mesh ${name}`,
  'proxy-config': (name) => `ProxyConfig ${name}`,
  config: (name) => `configuration ${name}`,
  setting: (name) => `setting ${name}`,
  nodes: (name) => `the ${name}`,
  default: (name) => `default of ${name}`,
  template: (name) => `template ${name}`,
}

/** A source as it can stand in a sentence: `annotation proxy.istio.io/config (concurrency)`. */
export function sourceText({ kind, name, field }: Source): string {
  return `${words[kind](name)}${field === undefined ? '' : ` (${field})`}`
}
