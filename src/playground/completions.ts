import { annotations } from '../istio/annotations/registry.ts'
import { injectLabel, networkLabel } from '../istio/names.ts'
import { injectionLabel, revisionLabel } from '../istio/revisions/names.ts'
import type { NameHint } from './types.ts'

/** The names that an injector reads, by where they can be used. Those that it writes itself are left out. */
export function nameHints(): readonly NameHint[] {
  const known = annotations
    .filter(({ topic, deprecated }) => topic !== 'Written by the injector' && deprecated === undefined)
    .map(
      ({ name, target, meaning, values, example = '' }): NameHint => ({
        name,
        of: target === 'Pod' ? 'pod annotation' : 'namespace annotation',
        text: `${plain(meaning)} ${sentence(plain(values))}`,
        example,
      }),
    )
  return [...known, ...labels]
}

const revision = 'The revision or tag that injects.'
const network = 'The network of the pods.'

/** https://istio.io/latest/docs/reference/config/labels/ */
const labels: readonly NameHint[] = [
  { name: injectLabel, of: 'pod label', text: 'Whether the pod is injected.', example: '"true"' },
  { name: revisionLabel, of: 'pod label', text: revision, example: 'canary' },
  { name: networkLabel, of: 'pod label', text: network, example: 'network1' },
  {
    name: 'service.istio.io/canonical-name',
    of: 'pod label',
    text: 'The service name in telemetry.',
    example: 'web',
  },
  {
    name: 'service.istio.io/canonical-revision',
    of: 'pod label',
    text: 'The service version in telemetry.',
    example: 'v1',
  },
  { name: injectionLabel, of: 'namespace label', text: 'Whether its pods are injected.', example: 'enabled' },
  { name: revisionLabel, of: 'namespace label', text: revision, example: 'canary' },
  { name: networkLabel, of: 'namespace label', text: network, example: 'network1' },
]

function plain(markdown: string): string {
  return markdown.replaceAll('`', '')
}

function sentence(words: string): string {
  return `Values: ${words}.`
}
