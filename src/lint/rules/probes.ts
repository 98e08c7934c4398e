import { probeRewriting } from '../../injection/finish/probe-settings.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
import { quote } from '../../lang/text/path.ts'
import { handlersOf } from '../probe-handlers.ts'
import type { Rule } from '../rule.ts'
import { applicationOf, isInjected, type Workload } from '../workload.ts'

/** Rules about probes, which injection sends through the proxy's agent. */
export const probeRules: readonly Rule[] = [
  {
    code: 'OUT0001',
    severity: 'warning',
    title: 'Probe of a port that nothing names',
    what: 'A probe or hook names a port that its container does not declare.',
    why: 'It cannot be rewritten to go through the agent, and the kubelet cannot resolve the name either.',
    fix: 'give one of the ports of the container that name, or write the number',
    *check({ workloads }, snapshot) {
      for (const workload of workloads) {
        if (!isInjected(workload) || !rewritesProbes(workload, snapshot)) continue
        for (const { name, json, path, ports } of applicationOf(workload)) {
          for (const handler of handlersOf(json)) {
            if (typeof handler.port === 'number' || ports.some((port) => port.name === handler.port)) continue
            const message = `${handler.field} asks for a port ${quote(handler.port)}, and container ${quote(name)} names none so`
            yield { object: workload.object, path: [...path, ...handler.path], message }
          }
        }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
  - name: web
    image: web:1
    ports:
    - {name: http, containerPort: 8080}
    readinessProbe:
      httpGet: {path: /ready, port: web}
`,
      object: 'Pod shop/web',
      path: 'spec.containers[0].readinessProbe.httpGet.port',
      passes: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
  - name: web
    image: web:1
    ports:
    - {name: http, containerPort: 8080}
    readinessProbe:
      httpGet: {path: /ready, port: http}
`,
    },
  },
]

function rewritesProbes({ annotations }: Workload, snapshot: Snapshot): boolean {
  return probeRewriting.value({ pod: { metadata: { annotations } }, snapshot })
}
