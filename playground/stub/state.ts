import type { PlaygroundState } from '../../src/playground/types.ts'
export const emptyState: PlaygroundState = {
  workload: '',
  namespace: { name: 'default', labels: 'istio-injection: enabled\n', annotations: '' },
  cluster: '',
  values: '',
  mesh: '',
  config: '',
  settings: { revision: '', nativeSidecars: 'auto', platform: '', compliancePolicy: '', path: '' },
}
export function readState(json: unknown): { state: PlaygroundState } | { problem: string } {
  return typeof json === 'object' && json !== null && 'workload' in json
    ? { state: json as PlaygroundState }
    : { problem: 'no state' }
}
export async function toFragment(state: PlaygroundState): Promise<string> {
  return `#v1=${btoa(JSON.stringify(state))}`
}
export async function fromFragment(text: string): Promise<{ state: PlaygroundState } | { problem: string }> {
  try {
    return readState(JSON.parse(atob(text.replace('#v1=', ''))))
  } catch {
    return { problem: 'The link can’t be read: it is not whole.' }
  }
}
const pod = `apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    sidecar.istio.io/proxyCPU: 250m
spec:
  containers:
  - name: web
    image: example.org/web:1
    ports:
    - containerPort: 8080
`
export const examples = [
  { id: 'plain', title: 'Plain', state: { ...emptyState, workload: pod } },
  {
    id: 'native',
    title: 'Native sidecar',
    state: { ...emptyState, workload: pod, settings: { ...emptyState.settings, nativeSidecars: 'enabled' as const } },
  },
]
