import { annotation } from '../../kubernetes/pod/access.ts'
import { wholeUnits } from '../../lang/go/quantity.ts'
import { lookup } from '../../lang/json.ts'
import { type Candidate, resolver } from '../model/resolver.ts'
import { annotationSources, valuesSources } from '../model/source.ts'
import type { Subject } from '../model/subject.ts'
import { proxyConfigSources } from './proxy-configs.ts'

type ConcurrencySubject = Pick<Subject, 'pod' | 'proxyConfig' | 'snapshot' | 'layers'>

/** With 0, the number of threads follows from the CPU of the proxy. */
const byCpu = ({ proxyConfig }: ConcurrencySubject) => proxyConfig.concurrency === 0

const inAnnotation = (name: string): Candidate<number, ConcurrencySubject> => ({
  value: (subject) => (byCpu(subject) ? wholeUnits(annotation(subject.pod, name)) : undefined),
  sources: (subject) => (byCpu(subject) ? annotationSources(subject.pod, name) : []),
  setBy: { kind: 'annotation', name },
})

const inValues = (kind: 'limits' | 'requests'): Candidate<number, ConcurrencySubject> => {
  const path = ['global', 'proxy', 'resources', kind, 'cpu']
  return {
    value: (subject) => (byCpu(subject) ? wholeUnits(lookup(subject.snapshot.values, ...path)) : undefined),
    sources: (subject) => (byCpu(subject) ? valuesSources(subject.snapshot.values, path) : []),
  }
}

/**
 * The threads of the proxy that `.EstimatedConcurrency` gives: templates of Istio up to 1.16 write it into the arguments of the
 * proxy, later ones leave it to the agent.
 */
export const estimatedConcurrency = resolver<number, ConcurrencySubject>(
  [
    {
      value: ({ proxyConfig: { concurrency = 0 } }) => (concurrency > 0 ? concurrency : undefined),
      sources: (subject) => (byCpu(subject) ? [] : proxyConfigSources(subject, ['concurrency'])),
    },
    inAnnotation('sidecar.istio.io/proxyCPULimit'),
    inAnnotation('sidecar.istio.io/proxyCPU'),
    inValues('limits'),
    inValues('requests'),
  ],
  { value: () => 2, sources: () => [{ kind: 'default', name: 'concurrency of the proxy', value: 2 }] },
)
