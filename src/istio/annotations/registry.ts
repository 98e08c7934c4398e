import { entriesOf } from '../../lang/json.ts'
import {
  type Check,
  goBoolean,
  interfaces,
  ipRanges,
  oneLine,
  oneOf,
  port,
  ports,
  proxyConfig,
  quantity,
  uint32,
} from './checks.ts'

/** The kind of object that an annotation is read from. */
export type AnnotationTarget = 'Pod' | 'Namespace'

/** The topic of an annotation, by which the documentation groups them. */
export type AnnotationTopic =
  | 'Injection'
  | 'Traffic capture'
  | 'Proxy container'
  | 'Proxy configuration'
  | 'Health and readiness'
  | 'Metrics'
  | 'Telemetry'
  | 'Container networking'
  | 'Platform'
  | 'Written by the injector'

/** An annotation that Outrigger knows. Names and meanings are Istio's public contract (https://istio.io/latest/docs/reference/config/annotations/). */
export interface Annotation {
  readonly name: string
  readonly topic: AnnotationTopic
  readonly target: AnnotationTarget
  /** Its meaning in one sentence. */
  readonly meaning: string
  /** A description of its values. */
  readonly values: string
  /** Undefined if every value is valid. */
  readonly check?: Check
  /** The default templates read its value. */
  readonly inTemplate: boolean
  /** The agent reads it from the running pod, or the injector writes it: the injection doesn't show whether it has an effect. */
  readonly readElsewhere?: boolean
  /** No longer read by anything. */
  readonly unused?: boolean
  /** The default without it. */
  readonly byDefault?: string
  readonly example?: string
  /** What to use instead. */
  readonly deprecated?: string
}

type Entry = Omit<Annotation, 'topic' | 'target' | 'inTemplate'> & {
  readonly inTemplate?: boolean
  readonly target?: AnnotationTarget
}

const portList = 'ports (0 to 65535) joined by commas, or empty'
const interfaceList = 'interface names joined by commas, or empty'
const line = 'a string on one line'
const anyString = 'any string'
const goBooleans = '`true` or `false` (or `1`, `t`, `T`, `TRUE`, `True`, `0`, `f`, `F`, `FALSE`, `False`)'
const cpu = 'a quantity, such as `100m`'
const memory = 'a quantity, such as `128Mi`'
const jsonVolumes = 'JSON: an object by volume name, or a list'
const noEffect = 'Read by no default template.'

const topics: Readonly<Record<AnnotationTopic, readonly Entry[]>> = {
  Injection: [
    {
      name: 'sidecar.istio.io/inject',
      meaning: 'Whether the pod is injected; the label of the same name wins over it.',
      values: '`true`, `false` or empty; anything else is ignored with a warning',
      byDefault: 'what the selectors and the policy of the configuration say',
      deprecated: 'use the label `sidecar.istio.io/inject`',
    },
    {
      name: 'inject.istio.io/templates',
      meaning: 'The injection templates for this pod, in order, in place of the default ones.',
      values: 'names of templates or aliases joined by commas',
      byDefault: '`defaultTemplates` of the configuration',
      example: 'sidecar,spire',
    },
    {
      name: 'sidecar.istio.io/nativeSidecar',
      meaning: 'Whether the proxy is a native sidecar: an init container that keeps running.',
      values: '`true` or `false`; any other string counts as `true`, an empty one as unset',
      inTemplate: true,
      byDefault: 'the setting `nativeSidecars`',
    },
    {
      name: 'istio.io/rev',
      meaning: 'The revision that injected the pod; the injector writes it.',
      values: anyString,
      readElsewhere: true,
    },
    {
      name: 'kubernetes.io/config.mirror',
      meaning: 'Marks a mirror pod, which a kubelet runs from a file; such a pod is never injected.',
      values: anyString,
    },
  ],
  'Traffic capture': [
    {
      name: 'sidecar.istio.io/interceptionMode',
      meaning: 'How traffic gets to the proxy: redirected, transparently, or not at all.',
      values: '`REDIRECT`, `TPROXY` or `NONE`',
      check: oneOf('REDIRECT', 'TPROXY', 'NONE'),
      inTemplate: true,
      byDefault: '`interceptionMode` of the proxy configuration',
      example: 'TPROXY',
    },
    {
      name: 'traffic.sidecar.istio.io/includeOutboundIPRanges',
      meaning: 'The ranges whose outbound traffic goes through the proxy.',
      values: '`*`, or comma-separated CIDRs without spaces, or empty',
      check: ipRanges('includeIPRanges', true),
      inTemplate: true,
      byDefault: '`global.proxy.includeIPRanges`',
      example: '10.0.0.0/8,192.168.0.0/16',
    },
    {
      name: 'traffic.sidecar.istio.io/excludeOutboundIPRanges',
      meaning: 'The ranges whose outbound traffic bypasses the proxy.',
      values: 'CIDRs joined by commas without spaces, or empty',
      check: ipRanges('excludeIPRanges'),
      inTemplate: true,
      byDefault: '`global.proxy.excludeIPRanges`',
      example: '10.1.0.0/16',
    },
    {
      name: 'traffic.sidecar.istio.io/includeInboundPorts',
      meaning: 'The ports whose inbound traffic goes through the proxy.',
      values: `\`*\`, or ${portList}`,
      check: ports('includeInboundPorts', true),
      inTemplate: true,
      byDefault: '`global.proxy.includeInboundPorts`',
      example: '80,8080',
    },
    {
      name: 'traffic.sidecar.istio.io/excludeInboundPorts',
      meaning: 'The ports whose inbound traffic bypasses the proxy.',
      values: portList,
      check: ports('excludeInboundPorts'),
      inTemplate: true,
      byDefault: '`global.proxy.excludeInboundPorts`',
      example: '9090',
    },
    {
      name: 'traffic.sidecar.istio.io/includeOutboundPorts',
      meaning: 'The ports whose outbound traffic goes through the proxy, whatever the address.',
      values: portList,
      check: ports('includeOutboundPorts'),
      inTemplate: true,
      byDefault: '`global.proxy.includeOutboundPorts`',
      example: '443,8443',
    },
    {
      name: 'traffic.sidecar.istio.io/excludeOutboundPorts',
      meaning: 'The ports whose outbound traffic bypasses the proxy.',
      values: portList,
      check: ports('excludeOutboundPorts'),
      inTemplate: true,
      byDefault: '`global.proxy.excludeOutboundPorts`',
      example: '5432',
    },
    {
      name: 'traffic.sidecar.istio.io/excludeInterfaces',
      meaning: 'The network interfaces whose traffic bypasses the proxy.',
      values: interfaceList,
      check: interfaces,
      inTemplate: true,
      example: 'eth1',
    },
    {
      name: 'istio.io/reroute-virtual-interfaces',
      meaning: 'The virtual interfaces (of virtual machines, say) whose inbound traffic counts as outbound.',
      values: interfaceList,
      check: interfaces,
      inTemplate: true,
      example: 'net1,net2',
    },
    {
      name: 'traffic.sidecar.istio.io/kubevirtInterfaces',
      meaning: 'The interfaces of virtual machines whose inbound traffic counts as outbound.',
      values: interfaceList,
      check: interfaces,
      inTemplate: true,
      example: 'net1',
      deprecated: 'use `istio.io/reroute-virtual-interfaces`',
    },
  ],
  'Proxy container': [
    {
      name: 'sidecar.istio.io/proxyImage',
      meaning: 'The image of the proxy and of the init container; a full image reference if it contains a `/`.',
      values: line,
      check: oneLine,
      inTemplate: true,
      byDefault: '`global.hub`, `global.proxy.image` and `global.tag`',
      example: 'docker.io/istio/proxyv2:1.27.1',
    },
    {
      name: 'sidecar.istio.io/proxyImageType',
      meaning: 'The variant of the image, which goes behind its tag.',
      values: 'a string on one line; `default` or empty for none',
      check: oneLine,
      inTemplate: true,
      byDefault: '`image.imageType` of the proxy configuration, else `global.variant`',
      example: 'distroless',
    },
    {
      name: 'sidecar.istio.io/proxyCPU',
      meaning: 'The CPU that the proxy requests.',
      values: cpu,
      check: quantity,
      inTemplate: true,
      byDefault: '`global.proxy.resources`, which applies only if none of these four annotations is set',
      example: '100m',
    },
    {
      name: 'sidecar.istio.io/proxyMemory',
      meaning: 'The memory that the proxy requests.',
      values: memory,
      check: quantity,
      inTemplate: true,
      byDefault: 'as for `sidecar.istio.io/proxyCPU`',
      example: '128Mi',
    },
    {
      name: 'sidecar.istio.io/proxyCPULimit',
      meaning: 'The CPU that the proxy may use at most.',
      values: cpu,
      check: quantity,
      inTemplate: true,
      byDefault: 'as for `sidecar.istio.io/proxyCPU`',
      example: '2',
    },
    {
      name: 'sidecar.istio.io/proxyMemoryLimit',
      meaning: 'The memory that the proxy may use at most.',
      values: memory,
      check: quantity,
      inTemplate: true,
      byDefault: 'as for `sidecar.istio.io/proxyCPU`',
      example: '1Gi',
    },
    {
      name: 'sidecar.istio.io/logLevel',
      meaning: "Envoy's log level.",
      values: line,
      check: oneLine,
      inTemplate: true,
      byDefault: '`global.proxy.logLevel`',
      example: 'debug',
    },
    {
      name: 'sidecar.istio.io/componentLogLevel',
      meaning: "The log levels of Envoy's components.",
      values: line,
      check: oneLine,
      inTemplate: true,
      byDefault: '`global.proxy.componentLogLevel`',
      example: 'rbac:debug,misc:error',
    },
    {
      name: 'sidecar.istio.io/agentLogLevel',
      meaning: 'The log levels of the agent and of the init container.',
      values: line,
      check: oneLine,
      inTemplate: true,
      byDefault: '`global.logging.level`',
      example: 'default:debug',
    },
    {
      name: 'sidecar.istio.io/capNetBindService',
      meaning: 'Whether the proxy may bind ports below 1024.',
      values: '`true`; anything else counts as `false`',
      inTemplate: true,
      byDefault: '`global.proxy.capNetBindService`',
    },
    {
      name: 'sidecar.istio.io/userVolume',
      meaning: 'Volumes that are added to the pod for the proxy.',
      values: jsonVolumes,
      inTemplate: true,
      example: '{"certs":{"secret":{"secretName":"certs"}}}',
    },
    {
      name: 'sidecar.istio.io/userVolumeMount',
      meaning: 'Volumes that are mounted into the proxy.',
      values: jsonVolumes,
      inTemplate: true,
      example: '{"certs":{"mountPath":"/etc/own-certs","readOnly":true}}',
    },
    {
      name: 'sidecar.istio.io/bootstrapOverride',
      meaning: "The ConfigMap with the file `custom_bootstrap.json`, which overrides parts of Envoy's bootstrap.",
      values: 'the name of a ConfigMap',
      check: oneLine,
      inTemplate: true,
      example: 'my-bootstrap',
    },
    {
      name: 'sidecar.istio.io/enableCoreDump',
      meaning: `Requested core dumps of the proxy. ${noEffect}`,
      values: anyString,
      deprecated: 'it has no effect',
      unused: true,
    },
  ],
  'Proxy configuration': [
    {
      name: 'proxy.istio.io/config',
      meaning: 'A ProxyConfig for this pod, on top of those of the mesh and the namespace.',
      values: 'YAML or JSON of a ProxyConfig; unknown fields are ignored with a warning',
      check: proxyConfig,
      inTemplate: true,
      example: 'holdApplicationUntilProxyStarts: true',
    },
    {
      name: 'sidecar.istio.io/discoveryAddress',
      meaning: `The address of istiod. ${noEffect}`,
      values: anyString,
      deprecated: 'set `discoveryAddress` in `proxy.istio.io/config`',
    },
    {
      name: 'sidecar.istio.io/extraStatTags',
      meaning: 'Further tags of metrics, which the agent reads from the running pod.',
      values: anyString,
      readElsewhere: true,
      deprecated: 'set `extraStatTags` in `proxy.istio.io/config`',
    },
    {
      name: 'sidecar.istio.io/statsInclusionPrefixes',
      meaning: "Prefixes of Envoy's statistics to keep, which the agent reads from the running pod.",
      values: anyString,
      readElsewhere: true,
      deprecated: 'set `proxyStatsMatcher` in `proxy.istio.io/config`',
    },
  ],
  'Health and readiness': [
    {
      name: 'status.sidecar.istio.io/port',
      meaning: 'The port on which the agent answers health checks; 0 for no readiness probe.',
      values: 'a port (0 to 65535)',
      check: port,
      inTemplate: true,
      byDefault: '`global.proxy.statusPort`',
      example: '15020',
    },
    {
      name: 'readiness.status.sidecar.istio.io/initialDelaySeconds',
      meaning: "The seconds before the proxy's first readiness probe.",
      values: 'a whole number from 0',
      check: uint32,
      inTemplate: true,
      byDefault: '`global.proxy.readinessInitialDelaySeconds`',
      example: '1',
    },
    {
      name: 'readiness.status.sidecar.istio.io/periodSeconds',
      meaning: "The seconds between the proxy's readiness probes.",
      values: 'a whole number from 0',
      check: uint32,
      inTemplate: true,
      byDefault: '`global.proxy.readinessPeriodSeconds`',
      example: '15',
    },
    {
      name: 'readiness.status.sidecar.istio.io/failureThreshold',
      meaning: 'The failed readiness probes after which the proxy counts as not ready.',
      values: 'a whole number from 0',
      check: uint32,
      inTemplate: true,
      byDefault: '`global.proxy.readinessFailureThreshold`',
      example: '4',
    },
    {
      name: 'readiness.status.sidecar.istio.io/applicationPorts',
      meaning: `Ports that had to listen before the proxy was ready. ${noEffect}`,
      values: anyString,
      deprecated: 'it has no effect',
      unused: true,
    },
    {
      name: 'sidecar.istio.io/rewriteAppHTTPProbers',
      meaning: "Whether the application's probes and lifecycle hooks go through the agent.",
      values: `${goBooleans}; anything else is ignored`,
      byDefault: '`sidecarInjectorWebhook.rewriteAppHTTPProbe`',
    },
  ],
  Metrics: [
    {
      name: 'prometheus.io/scrape',
      meaning: 'Whether Prometheus scrapes the pod; a false one also switches merging off.',
      values: anyString,
      example: 'true',
    },
    {
      name: 'prometheus.io/port',
      meaning: "The port of the application's metrics; injection puts the agent's in its place.",
      values: "a port (1 to 65535) that isn't one of the proxy's own",
      example: '9090',
    },
    {
      name: 'prometheus.io/path',
      meaning: "The path of the application's metrics; injection puts the agent's in its place.",
      values: anyString,
      byDefault: '`/metrics`',
    },
    {
      name: 'prometheus.istio.io/merge-metrics',
      meaning: "Whether the agent serves the application's metrics together with the proxy's.",
      values: goBooleans,
      check: goBoolean,
      byDefault: '`enablePrometheusMerge` of the mesh',
      example: 'false',
    },
    {
      name: 'prometheus.istio.io/scrape-targets',
      meaning: 'Several places of metrics in the pod that the agent merges.',
      values: 'comma-separated `PORT[:PATH]`',
      example: '9090:/metrics,9091',
    },
    {
      name: 'prometheus.istio.io/secure-port',
      meaning: 'The port of the merged metrics over mutual TLS; injection adds it when the proxy has one.',
      values: anyString,
    },
  ],
  Telemetry: [
    {
      name: 'resource.opentelemetry.io/service.namespace',
      meaning: 'The attribute `service.namespace` in the telemetry of the proxy.',
      values: line,
      check: oneLine,
      inTemplate: true,
      byDefault: "the pod's namespace",
      example: 'shop',
    },
    {
      name: 'resource.opentelemetry.io/service.version',
      meaning: 'The attribute `service.version` in the telemetry of the proxy.',
      values: line,
      check: oneLine,
      inTemplate: true,
      byDefault: "the label `app.kubernetes.io/version`, else the image's tag and digest",
      example: '1.2',
    },
    {
      name: 'resource.opentelemetry.io/service.instance.id',
      meaning: 'The attribute `service.instance.id` in the telemetry of the proxy.',
      values: line,
      check: oneLine,
      inTemplate: true,
      byDefault: 'namespace, pod and first container',
      example: 'cart-1',
    },
    {
      name: 'apm.datadoghq.com/env',
      meaning: "Environment variables of the proxy for Datadog's tracer.",
      values: 'a JSON object',
      inTemplate: true,
      example: '{"DD_ENV":"prod"}',
    },
  ],
  'Container networking': [
    {
      name: 'k8s.v1.cni.cncf.io/networks',
      meaning: "The networks that Multus attaches; with Istio's CNI plugin, `default/istio-cni` joins them.",
      values: 'names joined by commas, or a JSON list',
      inTemplate: true,
      example: 'default/storage-net',
    },
    {
      name: 'kubectl.kubernetes.io/default-container',
      meaning: 'The container that kubectl takes when none is named.',
      values: anyString,
      inTemplate: true,
      byDefault: 'the first container of the application',
    },
    {
      name: 'kubectl.kubernetes.io/default-logs-container',
      meaning: 'The container whose logs kubectl shows when none is named.',
      values: anyString,
      inTemplate: true,
      byDefault: 'the first container of the application',
    },
  ],
  Platform: [
    {
      name: 'openshift.io/sa.scc.uid-range',
      target: 'Namespace',
      meaning: "On OpenShift, the user IDs of the namespace; the proxy's is the last of them.",
      values: '`START/SIZE` or `START-END`; if it is invalid, 1337 is used',
      example: '1000620000/10000',
    },
    {
      name: 'openshift.io/sa.scc.supplemental-groups',
      target: 'Namespace',
      meaning: "On OpenShift, the group IDs of the namespace; the proxy's is the last of the first block.",
      values: 'comma-separated blocks `START/SIZE` or `START-END`; if the first one is invalid, 1337 is used',
      example: '1000620000/10000',
    },
  ],
  'Written by the injector': [
    {
      name: 'sidecar.istio.io/status',
      meaning: 'What an injection added, so that the next one can undo it.',
      values: 'JSON; anything else lists nothing',
    },
    {
      name: 'proxy.istio.io/overrides',
      meaning: "The pod's own fields of injected containers, which win over the template's at every injection.",
      values: 'JSON with `containers` and `initContainers`',
    },
  ],
}

/** Every annotation that Outrigger knows, by topic. */
export const annotations: readonly Annotation[] = entriesOf(topics).flatMap(([topic, entries]) =>
  entries.map((entry) => ({ target: 'Pod', inTemplate: false, ...entry, topic })),
)

const byName: ReadonlyMap<string, Annotation> = new Map(annotations.map((annotation) => [annotation.name, annotation]))

/** The record of the annotation of that name. */
export function findAnnotation(name: string): Annotation | undefined {
  return byName.get(name)
}
