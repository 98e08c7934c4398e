import type { ProxyConfig } from '../../istio/mesh/proxy-config/proxy-config.ts'
import { annotation } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { resolver } from '../model/resolver.ts'
import { annotationSources } from '../model/source.ts'
import type { Subject } from '../model/subject.ts'
import { proxyConfigSources } from './proxy-configs.ts'

export interface InterceptionSubject {
  readonly pod: Pod
  readonly proxyConfig: ProxyConfig
}

const name = 'sidecar.istio.io/interceptionMode'

/** How traffic gets to the proxy: `REDIRECT`, `TPROXY` or `NONE`; a number is a mode of a newer Istio. */
export const interceptionMode = resolver<string | number, InterceptionSubject, Subject>(
  [
    {
      value: ({ pod }) => annotation(pod, name),
      sources: ({ pod }) => annotationSources(pod, name),
      setBy: { kind: 'annotation', name },
    },
    {
      value: ({ proxyConfig }) => proxyConfig.interceptionMode,
      sources: (subject) => proxyConfigSources(subject, ['interceptionMode']),
    },
  ],
  { value: () => 'REDIRECT', sources: () => [{ kind: 'default', name: 'ProxyConfig interceptionMode' }] },
)
