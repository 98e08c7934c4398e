import type { JsonObject } from '../../../src/lang/json.ts'

/** Nearly every value that adds something to a release. */
export const everything: JsonObject = {
  revision: '1-27-1',
  tags: ['outrigger', 'prod', 'default'],
  externalTags: ['canary'],
  commonLabels: { team: 'mesh' },
  injector: {
    config: { policy: 'disabled', templates: { logger: 'spec:\n  containers: []\n' }, allowedEnv: ['REGION'] },
    values: { global: { tag: '1.27.1' } },
    mesh: { defaultConfig: { concurrency: 2 } },
    fromCluster: true,
    nativeSidecars: 'auto',
    platform: 'openshift',
    compliancePolicy: 'fips-140-3',
    env: { REGION: 'eu' },
  },
  webhook: { matchConditions: [{ name: 'all', expression: 'true' }] },
  clientAuthentication: { secretName: 'clients', names: ['kube-apiserver'] },
  imagePullSecrets: [{ name: 'registry' }],
  priorityClassName: 'system-cluster-critical',
  serverLimits: { connections: 100 },
  ports: { webhook: 8443, monitoring: 8080 },
  deploymentAnnotations: { owner: 'mesh' },
  extraEnv: [
    { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'tokens', key: 'token', optional: true } } },
  ],
  envFrom: [{ configMapRef: { name: 'environment', optional: true } }],
  extraVolumes: [{ name: 'scratch', emptyDir: {} }],
  extraVolumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
  service: { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv6', 'IPv4'] },
  autoscaling: {
    enabled: true,
    targetMemoryUtilizationPercentage: 90,
    metrics: [
      { type: 'Pods', pods: { metric: { name: 'reviews' }, target: { type: 'AverageValue', averageValue: '100' } } },
    ],
    behavior: { scaleDown: { stabilizationWindowSeconds: 600 } },
  },
  networkPolicy: { enabled: true, monitoringFrom: [{ podSelector: {} }], apiServerCIDRs: ['10.0.0.1/32'] },
  serviceMonitor: {
    enabled: true,
    interval: '30s',
    scrapeTimeout: '10s',
    labels: { release: 'prometheus' },
    relabelings: [{ action: 'labeldrop', regex: 'pod' }],
    metricRelabelings: [{ action: 'drop', sourceLabels: ['__name__'], regex: 'nodejs_.*' }],
  },
  prometheusRule: {
    enabled: true,
    labels: { release: 'prometheus' },
    runbookUrl: 'https://docs.example.com/alerts.md',
  },
  dashboard: { enabled: true },
}

export const provided: JsonObject = { certificates: { mode: 'provided', provided: { secretName: 'tls' } } }

/** Sets of values for tests of everything that holds for all of them; `matchConditions` need Kubernetes 1.28. */
export const matrix: Readonly<Record<string, JsonObject>> = {
  'nothing given': {},
  everything: { ...everything, webhook: {} },
  'cert-manager': { certificates: { mode: 'cert-manager' } },
  'a provided certificate': provided,
  'beside istiod': { injector: { fromCluster: true } },
}
