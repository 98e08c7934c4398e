import { all, among, amount, type FieldRule, port, portNumber, range, required, syntax } from './rule.ts'

const label = all(required, syntax('DNS label'))
const objectName = all(required, syntax('DNS subdomain'))
const key = all(required, syntax('config key'))
const file = all(required, syntax('file path'))
const fileMode = range(0, 0o777)
const id = range(0, 2 ** 31 - 1)
const count = range(0)
const partition = range(0, 255)
const pullPolicy = among('Always', 'IfNotPresent', 'Never')
const profile = all(required, among('Localhost', 'RuntimeDefault', 'Unconfined'))
const selecting = all(required, among('In', 'NotIn', 'Exists', 'DoesNotExist'))
const weight = all(required, range(1, 100))

/**
 * What Kubernetes requires of single fields, by type and name in JSON. A rule runs also where the field isn't set. Source:
 * pkg/apis/core/validation of Kubernetes 1.36.
 */
export const fieldRules: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
  AWSElasticBlockStoreVolumeSource: { volumeID: required, partition },
  AppArmorProfile: { type: profile },
  AzureDiskVolumeSource: {
    diskName: required,
    diskURI: required,
    cachingMode: among('None', 'ReadOnly', 'ReadWrite'),
    kind: among('Shared', 'Dedicated', 'Managed'),
  },
  AzureFileVolumeSource: { secretName: required, shareName: required },
  CSIVolumeSource: { driver: all(required, syntax('driver name')) },
  CephFSVolumeSource: { monitors: required },
  CinderVolumeSource: { volumeID: required },
  ClusterTrustBundleProjection: { path: file },
  ConfigMapEnvSource: { name: objectName },
  ConfigMapKeySelector: { name: objectName, key },
  ConfigMapProjection: { name: required },
  ConfigMapVolumeSource: { name: required, defaultMode: fileMode },
  Container: {
    name: label,
    image: all(required, syntax('image')),
    imagePullPolicy: pullPolicy,
    terminationMessagePolicy: among('File', 'FallbackToLogsOnError'),
    restartPolicy: among('Always', 'Never', 'OnFailure'),
  },
  ContainerPort: {
    name: syntax('port name'),
    containerPort: all(required, portNumber),
    hostPort: range(0, 65_535),
    protocol: among('TCP', 'UDP', 'SCTP'),
  },
  ContainerResizePolicy: {
    resourceName: all(required, among('cpu', 'memory')),
    restartPolicy: all(required, among('NotRequired', 'RestartContainer')),
  },
  ContainerRestartRule: { action: all(required, among('Restart', 'RestartAllContainers')), exitCodes: required },
  ContainerRestartRuleOnExitCodes: { operator: all(required, among('In', 'NotIn')) },
  DownwardAPIVolumeFile: { path: file, mode: fileMode },
  DownwardAPIVolumeSource: { defaultMode: fileMode },
  EmptyDirVolumeSource: { sizeLimit: amount },
  EnvFromSource: { prefix: syntax('variable name') },
  EnvVar: { name: all(required, syntax('variable name')) },
  EphemeralVolumeSource: { volumeClaimTemplate: required },
  ExecAction: { command: required },
  FCVolumeSource: { lun: range(0, 255) },
  FileKeySelector: {
    key: all(required, syntax('variable name')),
    volumeName: label,
    path: all(required, syntax('path without ..')),
  },
  FlexVolumeSource: { driver: required },
  GCEPersistentDiskVolumeSource: { pdName: required, partition },
  GRPCAction: { port: all(required, portNumber) },
  GitRepoVolumeSource: { repository: required, directory: syntax('descending path') },
  GlusterfsVolumeSource: { endpoints: required, path: required },
  HTTPGetAction: { port: all(required, port), scheme: among('HTTP', 'HTTPS') },
  HTTPHeader: { name: all(required, syntax('header name')) },
  HostAlias: { ip: all(required, syntax('IP address')) },
  HostPathVolumeSource: {
    path: all(required, syntax('path without ..')),
    type: among('DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'),
  },
  ISCSIVolumeSource: { targetPortal: required, iqn: all(required, syntax('iSCSI name')), lun: range(0, 255) },
  ImageVolumeSource: { reference: required, pullPolicy },
  KeyToPath: { key: required, path: file, mode: fileMode },
  LabelSelectorRequirement: { key: all(required, syntax('qualified name')), operator: selecting },
  NFSVolumeSource: { server: required, path: all(required, syntax('absolute path')) },
  NodeSelector: { nodeSelectorTerms: required },
  NodeSelectorRequirement: {
    key: all(required, syntax('qualified name')),
    operator: all(required, among('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt')),
  },
  ObjectFieldSelector: { apiVersion: among('v1'), fieldPath: required },
  PersistentVolumeClaimSpec: {
    accessModes: required,
    volumeMode: among('Block', 'Filesystem'),
    storageClassName: syntax('DNS subdomain'),
  },
  PersistentVolumeClaimTemplate: { spec: required },
  PersistentVolumeClaimVolumeSource: { claimName: required },
  PhotonPersistentDiskVolumeSource: { pdID: required },
  PodAffinityTerm: { topologyKey: all(required, syntax('qualified name')) },
  PodDNSConfigOption: { name: required },
  PodOS: { name: all(required, among('linux', 'windows')) },
  PodReadinessGate: { conditionType: all(required, syntax('qualified name')) },
  PodResourceClaim: {
    name: label,
    resourceClaimName: syntax('DNS subdomain'),
    resourceClaimTemplateName: syntax('DNS subdomain'),
  },
  PodSchedulingGate: { name: all(required, syntax('qualified name')) },
  PodSecurityContext: {
    runAsUser: id,
    runAsGroup: id,
    fsGroup: id,
    fsGroupChangePolicy: among('OnRootMismatch', 'Always'),
    seLinuxChangePolicy: among('Recursive', 'MountOption'),
    supplementalGroupsPolicy: among('Merge', 'Strict'),
  },
  PodSpec: {
    restartPolicy: among('Always', 'OnFailure', 'Never'),
    dnsPolicy: among('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'),
    serviceAccountName: syntax('DNS subdomain'),
    nodeName: syntax('DNS subdomain'),
    hostname: syntax('DNS label'),
    subdomain: syntax('DNS label'),
    hostnameOverride: syntax('DNS subdomain'),
    priorityClassName: syntax('DNS subdomain'),
    runtimeClassName: syntax('DNS subdomain'),
    preemptionPolicy: among('PreemptLowerPriority', 'Never'),
    activeDeadlineSeconds: range(1, 2 ** 31 - 1),
  },
  PortworxVolumeSource: { volumeID: required },
  PreferredSchedulingTerm: { weight },
  Probe: {
    initialDelaySeconds: count,
    timeoutSeconds: count,
    periodSeconds: count,
    successThreshold: count,
    failureThreshold: count,
    terminationGracePeriodSeconds: range(1),
  },
  ProjectedVolumeSource: { defaultMode: fileMode },
  QuobyteVolumeSource: { registry: all(required, syntax('host and port')), volume: required },
  RBDVolumeSource: { monitors: required, image: required },
  ResourceClaim: { name: required, request: syntax('DNS label') },
  ResourceFieldSelector: { resource: required },
  ScaleIOVolumeSource: { gateway: required, system: required, volumeName: required },
  SeccompProfile: { type: profile, localhostProfile: syntax('descending path') },
  SecretEnvSource: { name: objectName },
  SecretKeySelector: { name: objectName, key },
  SecretProjection: { name: required },
  SecretVolumeSource: { secretName: required, defaultMode: fileMode },
  SecurityContext: { runAsUser: id, runAsGroup: id, procMount: among('Default', 'Unmasked') },
  ServiceAccountTokenProjection: { path: file, expirationSeconds: range(600, 2 ** 32) },
  StorageOSVolumeSource: { volumeName: label, volumeNamespace: syntax('DNS label') },
  Sysctl: { name: all(required, syntax('sysctl')) },
  TCPSocketAction: { port: all(required, port) },
  Toleration: {
    key: syntax('qualified name'),
    operator: among('Equal', 'Exists'),
    effect: among('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
  },
  TopologySpreadConstraint: {
    maxSkew: all(required, range(1)),
    topologyKey: all(required, syntax('qualified name')),
    whenUnsatisfiable: all(required, among('DoNotSchedule', 'ScheduleAnyway')),
    minDomains: range(1),
    nodeAffinityPolicy: among('Honor', 'Ignore'),
    nodeTaintsPolicy: among('Honor', 'Ignore'),
  },
  Volume: { name: label },
  VolumeDevice: { name: required, devicePath: all(required, syntax('path without ..')) },
  VolumeMount: {
    name: required,
    mountPath: required,
    subPath: syntax('descending path'),
    subPathExpr: syntax('descending path'),
    mountPropagation: among('None', 'HostToContainer', 'Bidirectional'),
    recursiveReadOnly: among('Disabled', 'IfPossible', 'Enabled'),
  },
  VsphereVirtualDiskVolumeSource: { volumePath: required },
  WeightedPodAffinityTerm: { weight },
}
