import { emptyState, noSettings } from './state.ts'
import type { PlaygroundState } from './types.ts'

/** An example state. */
export interface PlaygroundExample {
  readonly id: string
  readonly title: string
  /** Its description, in a sentence. */
  readonly text: string
  readonly state: PlaygroundState
}

interface Web {
  readonly labels?: readonly string[]
  readonly annotations?: readonly string[]
  readonly container?: readonly string[]
}

/** A Deployment of a small web application. */
function web({ labels = [], annotations = [], container = [] }: Web = {}): string {
  const lines = [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata:',
    '  name: web',
    '  namespace: shop',
    'spec:',
    '  selector:',
    '    matchLabels:',
    '      app: web',
    '  template:',
    '    metadata:',
    '      labels:',
    '        app: web',
    ...labels.map((line) => `        ${line}`),
    ...(annotations.length === 0 ? [] : ['      annotations:', ...annotations.map((line) => `        ${line}`)]),
    '    spec:',
    '      containers:',
    '      - name: web',
    '        image: registry.example/shop/web:1.4.2',
    '        ports:',
    '        - name: http',
    '          containerPort: 8080',
    ...container.map((line) => `        ${line}`),
  ]
  return `${lines.join('\n')}\n`
}

const shop: PlaygroundState = {
  ...emptyState,
  namespace: { name: 'shop', labels: 'istio-injection: enabled\n', annotations: '' },
}

const classic = { ...noSettings, nativeSidecars: 'disabled' } as const

const gateway = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ingress
  namespace: shop
spec:
  selector:
    matchLabels:
      istio: ingress
  template:
    metadata:
      labels:
        istio: ingress
        sidecar.istio.io/inject: "true"
      annotations:
        inject.istio.io/templates: gateway
    spec:
      containers:
      - name: istio-proxy
        image: auto
        ports:
        - name: https
          containerPort: 8443
`

const team = `templates:
  team: |
    metadata:
      labels:
        cost-center: {{ index .ObjectMeta.Labels "team" | default "unknown" | quote }}
    spec:
      containers:
      - name: istio-proxy
        env:
        - name: TEAM
          value: {{ index .ObjectMeta.Labels "team" | default "unknown" | quote }}
defaultTemplates: [sidecar, team]
`

/** The examples, in display order. */
export const examples: readonly PlaygroundExample[] = [
  {
    id: 'plain',
    title: 'Plain',
    text: 'A Deployment in a namespace that is labelled for injection, with a sidecar as a second container.',
    state: { ...shop, workload: web(), settings: classic },
  },
  {
    id: 'held',
    title: 'Held until the proxy starts',
    text: 'The application starts when the proxy is ready: the proxy is the first container, and its postStart hook delays the others.',
    state: {
      ...shop,
      workload: web({ annotations: ['proxy.istio.io/config: |', '  holdApplicationUntilProxyStarts: true'] }),
      settings: classic,
    },
  },
  {
    id: 'native',
    title: 'Native sidecar',
    text: 'The proxy is an init container that keeps running: it starts before the application and stops after it.',
    state: { ...shop, workload: web(), settings: { ...noSettings, nativeSidecars: 'enabled' } },
  },
  {
    id: 'probes',
    title: 'Rewritten probes',
    text: 'The kubelet calls the agent, which calls the application; commands and ports that bypass the proxy are unchanged.',
    state: {
      ...shop,
      workload: web({
        annotations: [
          'traffic.sidecar.istio.io/excludeInboundPorts: "9090"',
          'traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.20.0.0/16',
          'traffic.sidecar.istio.io/excludeOutboundPorts: "5432"',
        ],
        container: [
          '- name: metrics',
          '  containerPort: 9090',
          'startupProbe:',
          '  tcpSocket: {port: http}',
          'readinessProbe:',
          '  httpGet: {path: /ready, port: http}',
          'livenessProbe:',
          '  exec: {command: [/bin/alive]}',
          'lifecycle:',
          '  preStop:',
          '    httpGet: {path: /drain, port: 8080}',
        ],
      }),
      settings: classic,
    },
  },
  {
    id: 'gateway',
    title: 'Gateway',
    text: 'A gateway is a proxy without an application: the template gateway fills in a container with the image auto.',
    state: { ...shop, workload: gateway },
  },
  {
    id: 'template',
    title: 'Custom template',
    text: "A template of one's own adds a label and a variable behind the template sidecar.",
    state: { ...shop, workload: web({ labels: ['team: checkout'] }), config: team, settings: classic },
  },
  {
    id: 'skipped',
    title: 'Skipped',
    text: 'The pod opts out with a label: no injector is called for it.',
    state: { ...shop, workload: web({ labels: ['sidecar.istio.io/inject: "false"'] }), settings: classic },
  },
  {
    id: 'denied',
    title: 'Denied',
    text: 'An annotation has an invalid value: the pod is denied, rather than created without the setting.',
    state: {
      ...shop,
      workload: web({ annotations: ['traffic.sidecar.istio.io/excludeInboundPorts: 8080;9090'] }),
      settings: classic,
    },
  },
]
