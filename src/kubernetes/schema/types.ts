// Written by scripts/schema: do not edit.

/**
 * The fields of a Pod and of all it contains, as k8s.io/api declares them: Go name, type, JSON name; then
 * `omitempty` where a zero value is left out, `merge=KEY` and `retainKeys` for strategic merge, `inline` where the
 * fields stand in the object itself.
 */
export const kubernetesTypes = `
AWSElasticBlockStoreVolumeSource
  VolumeID string volumeID
  FSType string fsType omitempty
  Partition int32 partition omitempty
  ReadOnly bool readOnly omitempty
Affinity
  NodeAffinity *NodeAffinity nodeAffinity omitempty
  PodAffinity *PodAffinity podAffinity omitempty
  PodAntiAffinity *PodAntiAffinity podAntiAffinity omitempty
AppArmorProfile
  Type string type
  LocalhostProfile *string localhostProfile omitempty
AzureDiskVolumeSource
  DiskName string diskName
  DataDiskURI string diskURI
  CachingMode *string cachingMode omitempty
  FSType *string fsType omitempty
  ReadOnly *bool readOnly omitempty
  Kind *string kind omitempty
AzureFileVolumeSource
  SecretName string secretName
  ShareName string shareName
  ReadOnly bool readOnly omitempty
CSIVolumeSource
  Driver string driver
  ReadOnly *bool readOnly omitempty
  FSType *string fsType omitempty
  VolumeAttributes map:string volumeAttributes omitempty
  NodePublishSecretRef *LocalObjectReference nodePublishSecretRef omitempty
Capabilities
  Add []string add omitempty
  Drop []string drop omitempty
CephFSVolumeSource
  Monitors []string monitors
  Path string path omitempty
  User string user omitempty
  SecretFile string secretFile omitempty
  SecretRef *LocalObjectReference secretRef omitempty
  ReadOnly bool readOnly omitempty
CinderVolumeSource
  VolumeID string volumeID
  FSType string fsType omitempty
  ReadOnly bool readOnly omitempty
  SecretRef *LocalObjectReference secretRef omitempty
ClusterTrustBundleProjection
  Name *string name omitempty
  SignerName *string signerName omitempty
  LabelSelector *LabelSelector labelSelector omitempty
  Optional *bool optional omitempty
  Path string path
ConfigMapEnvSource
  LocalObjectReference LocalObjectReference inline
  Optional *bool optional omitempty
ConfigMapKeySelector
  LocalObjectReference LocalObjectReference inline
  Key string key
  Optional *bool optional omitempty
ConfigMapProjection
  LocalObjectReference LocalObjectReference inline
  Items []KeyToPath items omitempty
  Optional *bool optional omitempty
ConfigMapVolumeSource
  LocalObjectReference LocalObjectReference inline
  Items []KeyToPath items omitempty
  DefaultMode *int32 defaultMode omitempty
  Optional *bool optional omitempty
Container
  Name string name
  Image string image omitempty
  Command []string command omitempty
  Args []string args omitempty
  WorkingDir string workingDir omitempty
  Ports []ContainerPort ports omitempty merge=containerPort
  EnvFrom []EnvFromSource envFrom omitempty
  Env []EnvVar env omitempty merge=name
  Resources ResourceRequirements resources omitempty
  ResizePolicy []ContainerResizePolicy resizePolicy omitempty
  RestartPolicy *string restartPolicy omitempty
  RestartPolicyRules []ContainerRestartRule restartPolicyRules omitempty
  VolumeMounts []VolumeMount volumeMounts omitempty merge=mountPath
  VolumeDevices []VolumeDevice volumeDevices omitempty merge=devicePath
  LivenessProbe *Probe livenessProbe omitempty
  ReadinessProbe *Probe readinessProbe omitempty
  StartupProbe *Probe startupProbe omitempty
  Lifecycle *Lifecycle lifecycle omitempty
  TerminationMessagePath string terminationMessagePath omitempty
  TerminationMessagePolicy string terminationMessagePolicy omitempty
  ImagePullPolicy string imagePullPolicy omitempty
  SecurityContext *SecurityContext securityContext omitempty
  Stdin bool stdin omitempty
  StdinOnce bool stdinOnce omitempty
  TTY bool tty omitempty
ContainerExtendedResourceRequest
  ContainerName string containerName
  ResourceName string resourceName
  RequestName string requestName
ContainerPort
  Name string name omitempty
  HostPort int32 hostPort omitempty
  ContainerPort int32 containerPort
  Protocol string protocol omitempty
  HostIP string hostIP omitempty
ContainerResizePolicy
  ResourceName string resourceName
  RestartPolicy string restartPolicy
ContainerRestartRule
  Action string action omitempty
  ExitCodes *ContainerRestartRuleOnExitCodes exitCodes omitempty
ContainerRestartRuleOnExitCodes
  Operator string operator omitempty
  Values []int32 values omitempty
ContainerState
  Waiting *ContainerStateWaiting waiting omitempty
  Running *ContainerStateRunning running omitempty
  Terminated *ContainerStateTerminated terminated omitempty
ContainerStateRunning
  StartedAt Time startedAt omitempty
ContainerStateTerminated
  ExitCode int32 exitCode
  Signal int32 signal omitempty
  Reason string reason omitempty
  Message string message omitempty
  StartedAt Time startedAt omitempty
  FinishedAt Time finishedAt omitempty
  ContainerID string containerID omitempty
ContainerStateWaiting
  Reason string reason omitempty
  Message string message omitempty
ContainerStatus
  Name string name
  State ContainerState state omitempty
  LastTerminationState ContainerState lastState omitempty
  Ready bool ready
  RestartCount int32 restartCount
  Image string image
  ImageID string imageID
  ContainerID string containerID omitempty
  Started *bool started omitempty
  AllocatedResources map:Quantity allocatedResources omitempty
  Resources *ResourceRequirements resources omitempty
  VolumeMounts []VolumeMountStatus volumeMounts omitempty merge=mountPath
  User *ContainerUser user omitempty
  AllocatedResourcesStatus []ResourceStatus allocatedResourcesStatus omitempty merge=name
  StopSignal *string stopSignal omitempty
ContainerUser
  Linux *LinuxContainerUser linux omitempty
DownwardAPIProjection
  Items []DownwardAPIVolumeFile items omitempty
DownwardAPIVolumeFile
  Path string path
  FieldRef *ObjectFieldSelector fieldRef omitempty
  ResourceFieldRef *ResourceFieldSelector resourceFieldRef omitempty
  Mode *int32 mode omitempty
DownwardAPIVolumeSource
  Items []DownwardAPIVolumeFile items omitempty
  DefaultMode *int32 defaultMode omitempty
EmptyDirVolumeSource
  Medium string medium omitempty
  SizeLimit *Quantity sizeLimit omitempty
EnvFromSource
  Prefix string prefix omitempty
  ConfigMapRef *ConfigMapEnvSource configMapRef omitempty
  SecretRef *SecretEnvSource secretRef omitempty
EnvVar
  Name string name
  Value string value omitempty
  ValueFrom *EnvVarSource valueFrom omitempty
EnvVarSource
  FieldRef *ObjectFieldSelector fieldRef omitempty
  ResourceFieldRef *ResourceFieldSelector resourceFieldRef omitempty
  ConfigMapKeyRef *ConfigMapKeySelector configMapKeyRef omitempty
  SecretKeyRef *SecretKeySelector secretKeyRef omitempty
  FileKeyRef *FileKeySelector fileKeyRef omitempty
EphemeralContainer
  EphemeralContainerCommon EphemeralContainerCommon inline
  TargetContainerName string targetContainerName omitempty
EphemeralContainerCommon
  Name string name
  Image string image omitempty
  Command []string command omitempty
  Args []string args omitempty
  WorkingDir string workingDir omitempty
  Ports []ContainerPort ports omitempty merge=containerPort
  EnvFrom []EnvFromSource envFrom omitempty
  Env []EnvVar env omitempty merge=name
  Resources ResourceRequirements resources omitempty
  ResizePolicy []ContainerResizePolicy resizePolicy omitempty
  RestartPolicy *string restartPolicy omitempty
  RestartPolicyRules []ContainerRestartRule restartPolicyRules omitempty
  VolumeMounts []VolumeMount volumeMounts omitempty merge=mountPath
  VolumeDevices []VolumeDevice volumeDevices omitempty merge=devicePath
  LivenessProbe *Probe livenessProbe omitempty
  ReadinessProbe *Probe readinessProbe omitempty
  StartupProbe *Probe startupProbe omitempty
  Lifecycle *Lifecycle lifecycle omitempty
  TerminationMessagePath string terminationMessagePath omitempty
  TerminationMessagePolicy string terminationMessagePolicy omitempty
  ImagePullPolicy string imagePullPolicy omitempty
  SecurityContext *SecurityContext securityContext omitempty
  Stdin bool stdin omitempty
  StdinOnce bool stdinOnce omitempty
  TTY bool tty omitempty
EphemeralVolumeSource
  VolumeClaimTemplate *PersistentVolumeClaimTemplate volumeClaimTemplate omitempty
ExecAction
  Command []string command omitempty
FCVolumeSource
  TargetWWNs []string targetWWNs omitempty
  Lun *int32 lun omitempty
  FSType string fsType omitempty
  ReadOnly bool readOnly omitempty
  WWIDs []string wwids omitempty
FileKeySelector
  VolumeName string volumeName
  Path string path
  Key string key
  Optional *bool optional omitempty
FlexVolumeSource
  Driver string driver
  FSType string fsType omitempty
  SecretRef *LocalObjectReference secretRef omitempty
  ReadOnly bool readOnly omitempty
  Options map:string options omitempty
FlockerVolumeSource
  DatasetName string datasetName omitempty
  DatasetUUID string datasetUUID omitempty
GCEPersistentDiskVolumeSource
  PDName string pdName
  FSType string fsType omitempty
  Partition int32 partition omitempty
  ReadOnly bool readOnly omitempty
GRPCAction
  Port int32 port
  Service *string service
GitRepoVolumeSource
  Repository string repository
  Revision string revision omitempty
  Directory string directory omitempty
GlusterfsVolumeSource
  EndpointsName string endpoints
  Path string path
  ReadOnly bool readOnly omitempty
HTTPGetAction
  Path string path omitempty
  Port IntOrString port
  Host string host omitempty
  Scheme string scheme omitempty
  HTTPHeaders []HTTPHeader httpHeaders omitempty
HTTPHeader
  Name string name
  Value string value
HostAlias
  IP string ip
  Hostnames []string hostnames omitempty
HostIP
  IP string ip
HostPathVolumeSource
  Path string path
  Type *string type omitempty
ISCSIVolumeSource
  TargetPortal string targetPortal
  IQN string iqn
  Lun int32 lun
  ISCSIInterface string iscsiInterface omitempty
  FSType string fsType omitempty
  ReadOnly bool readOnly omitempty
  Portals []string portals omitempty
  DiscoveryCHAPAuth bool chapAuthDiscovery omitempty
  SessionCHAPAuth bool chapAuthSession omitempty
  SecretRef *LocalObjectReference secretRef omitempty
  InitiatorName *string initiatorName omitempty
ImageVolumeSource
  Reference string reference omitempty
  PullPolicy string pullPolicy omitempty
ImageVolumeStatus
  ImageRef string imageRef omitempty
KeyToPath
  Key string key
  Path string path
  Mode *int32 mode omitempty
LabelSelector
  MatchLabels map:string matchLabels omitempty
  MatchExpressions []LabelSelectorRequirement matchExpressions omitempty
LabelSelectorRequirement
  Key string key
  Operator string operator
  Values []string values omitempty
Lifecycle
  PostStart *LifecycleHandler postStart omitempty
  PreStop *LifecycleHandler preStop omitempty
  StopSignal *string stopSignal omitempty
LifecycleHandler
  Exec *ExecAction exec omitempty
  HTTPGet *HTTPGetAction httpGet omitempty
  TCPSocket *TCPSocketAction tcpSocket omitempty
  Sleep *SleepAction sleep omitempty
LinuxContainerUser
  UID int64 uid
  GID int64 gid
  SupplementalGroups []int64 supplementalGroups omitempty
LocalObjectReference
  Name string name omitempty
ManagedFieldsEntry
  Manager string manager omitempty
  Operation string operation omitempty
  APIVersion string apiVersion omitempty
  Time *Time time omitempty
  FieldsType string fieldsType omitempty
  FieldsV1 *FieldsV1 fieldsV1 omitempty
  Subresource string subresource omitempty
NFSVolumeSource
  Server string server
  Path string path
  ReadOnly bool readOnly omitempty
NodeAffinity
  RequiredDuringSchedulingIgnoredDuringExecution *NodeSelector requiredDuringSchedulingIgnoredDuringExecution omitempty
  PreferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm preferredDuringSchedulingIgnoredDuringExecution omitempty
NodeAllocatableResourceClaimStatus
  ResourceClaimName string resourceClaimName
  Containers []string containers omitempty
  Resources map:Quantity resources
NodeSelector
  NodeSelectorTerms []NodeSelectorTerm nodeSelectorTerms
NodeSelectorRequirement
  Key string key
  Operator string operator
  Values []string values omitempty
NodeSelectorTerm
  MatchExpressions []NodeSelectorRequirement matchExpressions omitempty
  MatchFields []NodeSelectorRequirement matchFields omitempty
ObjectFieldSelector
  APIVersion string apiVersion omitempty
  FieldPath string fieldPath
ObjectMeta
  Name string name omitempty
  GenerateName string generateName omitempty
  Namespace string namespace omitempty
  SelfLink string selfLink omitempty
  UID string uid omitempty
  ResourceVersion string resourceVersion omitempty
  Generation int64 generation omitempty
  CreationTimestamp Time creationTimestamp omitempty
  DeletionTimestamp *Time deletionTimestamp omitempty
  DeletionGracePeriodSeconds *int64 deletionGracePeriodSeconds omitempty
  Labels map:string labels omitempty
  Annotations map:string annotations omitempty
  OwnerReferences []OwnerReference ownerReferences omitempty merge=uid
  Finalizers []string finalizers omitempty merge
  ManagedFields []ManagedFieldsEntry managedFields omitempty
OwnerReference
  APIVersion string apiVersion
  Kind string kind
  Name string name
  UID string uid
  Controller *bool controller omitempty
  BlockOwnerDeletion *bool blockOwnerDeletion omitempty
PersistentVolumeClaimSpec
  AccessModes []string accessModes omitempty
  Selector *LabelSelector selector omitempty
  Resources VolumeResourceRequirements resources omitempty
  VolumeName string volumeName omitempty
  StorageClassName *string storageClassName omitempty
  VolumeMode *string volumeMode omitempty
  DataSource *TypedLocalObjectReference dataSource omitempty
  DataSourceRef *TypedObjectReference dataSourceRef omitempty
  VolumeAttributesClassName *string volumeAttributesClassName omitempty
PersistentVolumeClaimTemplate
  ObjectMeta ObjectMeta metadata omitempty
  Spec PersistentVolumeClaimSpec spec
PersistentVolumeClaimVolumeSource
  ClaimName string claimName
  ReadOnly bool readOnly omitempty
PhotonPersistentDiskVolumeSource
  PdID string pdID
  FSType string fsType omitempty
Pod
  TypeMeta TypeMeta inline
  ObjectMeta ObjectMeta metadata omitempty
  Spec PodSpec spec omitempty
  Status PodStatus status omitempty
PodAffinity
  RequiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm requiredDuringSchedulingIgnoredDuringExecution omitempty
  PreferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm preferredDuringSchedulingIgnoredDuringExecution omitempty
PodAffinityTerm
  LabelSelector *LabelSelector labelSelector omitempty
  Namespaces []string namespaces omitempty
  TopologyKey string topologyKey
  NamespaceSelector *LabelSelector namespaceSelector omitempty
  MatchLabelKeys []string matchLabelKeys omitempty
  MismatchLabelKeys []string mismatchLabelKeys omitempty
PodAntiAffinity
  RequiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm requiredDuringSchedulingIgnoredDuringExecution omitempty
  PreferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm preferredDuringSchedulingIgnoredDuringExecution omitempty
PodCertificateProjection
  SignerName string signerName omitempty
  KeyType string keyType omitempty
  MaxExpirationSeconds *int32 maxExpirationSeconds omitempty
  CredentialBundlePath string credentialBundlePath omitempty
  KeyPath string keyPath omitempty
  CertificateChainPath string certificateChainPath omitempty
  UserAnnotations map:string userAnnotations omitempty
PodCondition
  Type string type
  ObservedGeneration int64 observedGeneration omitempty
  Status string status
  LastProbeTime Time lastProbeTime omitempty
  LastTransitionTime Time lastTransitionTime omitempty
  Reason string reason omitempty
  Message string message omitempty
PodDNSConfig
  Nameservers []string nameservers omitempty
  Searches []string searches omitempty
  Options []PodDNSConfigOption options omitempty
PodDNSConfigOption
  Name string name omitempty
  Value *string value omitempty
PodExtendedResourceClaimStatus
  RequestMappings []ContainerExtendedResourceRequest requestMappings
  ResourceClaimName string resourceClaimName
PodIP
  IP string ip
PodOS
  Name string name
PodReadinessGate
  ConditionType string conditionType
PodResourceClaim
  Name string name
  ResourceClaimName *string resourceClaimName omitempty
  ResourceClaimTemplateName *string resourceClaimTemplateName omitempty
PodResourceClaimStatus
  Name string name
  ResourceClaimName *string resourceClaimName omitempty
PodSchedulingGate
  Name string name
PodSchedulingGroup
  PodGroupName *string podGroupName omitempty
PodSecurityContext
  SELinuxOptions *SELinuxOptions seLinuxOptions omitempty
  WindowsOptions *WindowsSecurityContextOptions windowsOptions omitempty
  RunAsUser *int64 runAsUser omitempty
  RunAsGroup *int64 runAsGroup omitempty
  RunAsNonRoot *bool runAsNonRoot omitempty
  SupplementalGroups []int64 supplementalGroups omitempty
  SupplementalGroupsPolicy *string supplementalGroupsPolicy omitempty
  FSGroup *int64 fsGroup omitempty
  Sysctls []Sysctl sysctls omitempty
  FSGroupChangePolicy *string fsGroupChangePolicy omitempty
  SeccompProfile *SeccompProfile seccompProfile omitempty
  AppArmorProfile *AppArmorProfile appArmorProfile omitempty
  SELinuxChangePolicy *string seLinuxChangePolicy omitempty
PodSpec
  Volumes []Volume volumes omitempty merge=name retainKeys
  InitContainers []Container initContainers omitempty merge=name
  Containers []Container containers merge=name
  EphemeralContainers []EphemeralContainer ephemeralContainers omitempty merge=name
  RestartPolicy string restartPolicy omitempty
  TerminationGracePeriodSeconds *int64 terminationGracePeriodSeconds omitempty
  ActiveDeadlineSeconds *int64 activeDeadlineSeconds omitempty
  DNSPolicy string dnsPolicy omitempty
  NodeSelector map:string nodeSelector omitempty
  ServiceAccountName string serviceAccountName omitempty
  DeprecatedServiceAccount string serviceAccount omitempty
  AutomountServiceAccountToken *bool automountServiceAccountToken omitempty
  NodeName string nodeName omitempty
  HostNetwork bool hostNetwork omitempty
  HostPID bool hostPID omitempty
  HostIPC bool hostIPC omitempty
  ShareProcessNamespace *bool shareProcessNamespace omitempty
  SecurityContext *PodSecurityContext securityContext omitempty
  ImagePullSecrets []LocalObjectReference imagePullSecrets omitempty merge=name
  Hostname string hostname omitempty
  Subdomain string subdomain omitempty
  Affinity *Affinity affinity omitempty
  SchedulerName string schedulerName omitempty
  Tolerations []Toleration tolerations omitempty
  HostAliases []HostAlias hostAliases omitempty merge=ip
  PriorityClassName string priorityClassName omitempty
  Priority *int32 priority omitempty
  DNSConfig *PodDNSConfig dnsConfig omitempty
  ReadinessGates []PodReadinessGate readinessGates omitempty
  RuntimeClassName *string runtimeClassName omitempty
  EnableServiceLinks *bool enableServiceLinks omitempty
  PreemptionPolicy *string preemptionPolicy omitempty
  Overhead map:Quantity overhead omitempty
  TopologySpreadConstraints []TopologySpreadConstraint topologySpreadConstraints omitempty merge=topologyKey
  SetHostnameAsFQDN *bool setHostnameAsFQDN omitempty
  OS *PodOS os omitempty
  HostUsers *bool hostUsers omitempty
  SchedulingGates []PodSchedulingGate schedulingGates omitempty merge=name
  ResourceClaims []PodResourceClaim resourceClaims omitempty merge=name retainKeys
  Resources *ResourceRequirements resources omitempty
  HostnameOverride *string hostnameOverride omitempty
  SchedulingGroup *PodSchedulingGroup schedulingGroup omitempty
PodStatus
  ObservedGeneration int64 observedGeneration omitempty
  Phase string phase omitempty
  Conditions []PodCondition conditions omitempty merge=type
  Message string message omitempty
  Reason string reason omitempty
  NominatedNodeName string nominatedNodeName omitempty
  HostIP string hostIP omitempty
  HostIPs []HostIP hostIPs omitempty merge=ip
  PodIP string podIP omitempty
  PodIPs []PodIP podIPs omitempty merge=ip
  StartTime *Time startTime omitempty
  InitContainerStatuses []ContainerStatus initContainerStatuses omitempty
  ContainerStatuses []ContainerStatus containerStatuses omitempty
  QOSClass string qosClass omitempty
  EphemeralContainerStatuses []ContainerStatus ephemeralContainerStatuses omitempty
  Resize string resize omitempty
  ResourceClaimStatuses []PodResourceClaimStatus resourceClaimStatuses omitempty merge=name retainKeys
  ExtendedResourceClaimStatus *PodExtendedResourceClaimStatus extendedResourceClaimStatus omitempty
  AllocatedResources map:Quantity allocatedResources omitempty
  Resources *ResourceRequirements resources omitempty
  NodeAllocatableResourceClaimStatuses []NodeAllocatableResourceClaimStatus nodeAllocatableResourceClaimStatuses omitempty
PortworxVolumeSource
  VolumeID string volumeID
  FSType string fsType omitempty
  ReadOnly bool readOnly omitempty
PreferredSchedulingTerm
  Weight int32 weight
  Preference NodeSelectorTerm preference
Probe
  ProbeHandler ProbeHandler inline
  InitialDelaySeconds int32 initialDelaySeconds omitempty
  TimeoutSeconds int32 timeoutSeconds omitempty
  PeriodSeconds int32 periodSeconds omitempty
  SuccessThreshold int32 successThreshold omitempty
  FailureThreshold int32 failureThreshold omitempty
  TerminationGracePeriodSeconds *int64 terminationGracePeriodSeconds omitempty
ProbeHandler
  Exec *ExecAction exec omitempty
  HTTPGet *HTTPGetAction httpGet omitempty
  TCPSocket *TCPSocketAction tcpSocket omitempty
  GRPC *GRPCAction grpc omitempty
ProjectedVolumeSource
  Sources []VolumeProjection sources
  DefaultMode *int32 defaultMode omitempty
QuobyteVolumeSource
  Registry string registry
  Volume string volume
  ReadOnly bool readOnly omitempty
  User string user omitempty
  Group string group omitempty
  Tenant string tenant omitempty
RBDVolumeSource
  CephMonitors []string monitors
  RBDImage string image
  FSType string fsType omitempty
  RBDPool string pool omitempty
  RadosUser string user omitempty
  Keyring string keyring omitempty
  SecretRef *LocalObjectReference secretRef omitempty
  ReadOnly bool readOnly omitempty
ResourceClaim
  Name string name
  Request string request omitempty
ResourceFieldSelector
  ContainerName string containerName omitempty
  Resource string resource
  Divisor Quantity divisor omitempty
ResourceHealth
  ResourceID string resourceID
  Health string health omitempty
  Message *string message omitempty
ResourceRequirements
  Limits map:Quantity limits omitempty
  Requests map:Quantity requests omitempty
  Claims []ResourceClaim claims omitempty
ResourceStatus
  Name string name
  Resources []ResourceHealth resources omitempty
SELinuxOptions
  User string user omitempty
  Role string role omitempty
  Type string type omitempty
  Level string level omitempty
ScaleIOVolumeSource
  Gateway string gateway
  System string system
  SecretRef *LocalObjectReference secretRef
  SSLEnabled bool sslEnabled omitempty
  ProtectionDomain string protectionDomain omitempty
  StoragePool string storagePool omitempty
  StorageMode string storageMode omitempty
  VolumeName string volumeName omitempty
  FSType string fsType omitempty
  ReadOnly bool readOnly omitempty
SeccompProfile
  Type string type
  LocalhostProfile *string localhostProfile omitempty
SecretEnvSource
  LocalObjectReference LocalObjectReference inline
  Optional *bool optional omitempty
SecretKeySelector
  LocalObjectReference LocalObjectReference inline
  Key string key
  Optional *bool optional omitempty
SecretProjection
  LocalObjectReference LocalObjectReference inline
  Items []KeyToPath items omitempty
  Optional *bool optional omitempty
SecretVolumeSource
  SecretName string secretName omitempty
  Items []KeyToPath items omitempty
  DefaultMode *int32 defaultMode omitempty
  Optional *bool optional omitempty
SecurityContext
  Capabilities *Capabilities capabilities omitempty
  Privileged *bool privileged omitempty
  SELinuxOptions *SELinuxOptions seLinuxOptions omitempty
  WindowsOptions *WindowsSecurityContextOptions windowsOptions omitempty
  RunAsUser *int64 runAsUser omitempty
  RunAsGroup *int64 runAsGroup omitempty
  RunAsNonRoot *bool runAsNonRoot omitempty
  ReadOnlyRootFilesystem *bool readOnlyRootFilesystem omitempty
  AllowPrivilegeEscalation *bool allowPrivilegeEscalation omitempty
  ProcMount *string procMount omitempty
  SeccompProfile *SeccompProfile seccompProfile omitempty
  AppArmorProfile *AppArmorProfile appArmorProfile omitempty
ServiceAccountTokenProjection
  Audience string audience omitempty
  ExpirationSeconds *int64 expirationSeconds omitempty
  Path string path
SleepAction
  Seconds int64 seconds
StorageOSVolumeSource
  VolumeName string volumeName omitempty
  VolumeNamespace string volumeNamespace omitempty
  FSType string fsType omitempty
  ReadOnly bool readOnly omitempty
  SecretRef *LocalObjectReference secretRef omitempty
Sysctl
  Name string name
  Value string value
TCPSocketAction
  Port IntOrString port
  Host string host omitempty
Toleration
  Key string key omitempty
  Operator string operator omitempty
  Value string value omitempty
  Effect string effect omitempty
  TolerationSeconds *int64 tolerationSeconds omitempty
TopologySpreadConstraint
  MaxSkew int32 maxSkew
  TopologyKey string topologyKey
  WhenUnsatisfiable string whenUnsatisfiable
  LabelSelector *LabelSelector labelSelector omitempty
  MinDomains *int32 minDomains omitempty
  NodeAffinityPolicy *string nodeAffinityPolicy omitempty
  NodeTaintsPolicy *string nodeTaintsPolicy omitempty
  MatchLabelKeys []string matchLabelKeys omitempty
TypeMeta
  Kind string kind omitempty
  APIVersion string apiVersion omitempty
TypedLocalObjectReference
  APIGroup *string apiGroup
  Kind string kind
  Name string name
TypedObjectReference
  APIGroup *string apiGroup
  Kind string kind
  Name string name
  Namespace *string namespace omitempty
Volume
  Name string name
  VolumeSource VolumeSource inline
VolumeDevice
  Name string name
  DevicePath string devicePath
VolumeMount
  Name string name
  ReadOnly bool readOnly omitempty
  RecursiveReadOnly *string recursiveReadOnly omitempty
  MountPath string mountPath
  SubPath string subPath omitempty
  MountPropagation *string mountPropagation omitempty
  SubPathExpr string subPathExpr omitempty
VolumeMountStatus
  Name string name
  MountPath string mountPath
  ReadOnly bool readOnly omitempty
  RecursiveReadOnly *string recursiveReadOnly omitempty
  VolumeStatus *VolumeStatus volumeStatus omitempty
VolumeProjection
  Secret *SecretProjection secret omitempty
  DownwardAPI *DownwardAPIProjection downwardAPI omitempty
  ConfigMap *ConfigMapProjection configMap omitempty
  ServiceAccountToken *ServiceAccountTokenProjection serviceAccountToken omitempty
  ClusterTrustBundle *ClusterTrustBundleProjection clusterTrustBundle omitempty
  PodCertificate *PodCertificateProjection podCertificate omitempty
VolumeResourceRequirements
  Limits map:Quantity limits omitempty
  Requests map:Quantity requests omitempty
VolumeSource
  HostPath *HostPathVolumeSource hostPath omitempty
  EmptyDir *EmptyDirVolumeSource emptyDir omitempty
  GCEPersistentDisk *GCEPersistentDiskVolumeSource gcePersistentDisk omitempty
  AWSElasticBlockStore *AWSElasticBlockStoreVolumeSource awsElasticBlockStore omitempty
  GitRepo *GitRepoVolumeSource gitRepo omitempty
  Secret *SecretVolumeSource secret omitempty
  NFS *NFSVolumeSource nfs omitempty
  ISCSI *ISCSIVolumeSource iscsi omitempty
  Glusterfs *GlusterfsVolumeSource glusterfs omitempty
  PersistentVolumeClaim *PersistentVolumeClaimVolumeSource persistentVolumeClaim omitempty
  RBD *RBDVolumeSource rbd omitempty
  FlexVolume *FlexVolumeSource flexVolume omitempty
  Cinder *CinderVolumeSource cinder omitempty
  CephFS *CephFSVolumeSource cephfs omitempty
  Flocker *FlockerVolumeSource flocker omitempty
  DownwardAPI *DownwardAPIVolumeSource downwardAPI omitempty
  FC *FCVolumeSource fc omitempty
  AzureFile *AzureFileVolumeSource azureFile omitempty
  ConfigMap *ConfigMapVolumeSource configMap omitempty
  VsphereVolume *VsphereVirtualDiskVolumeSource vsphereVolume omitempty
  Quobyte *QuobyteVolumeSource quobyte omitempty
  AzureDisk *AzureDiskVolumeSource azureDisk omitempty
  PhotonPersistentDisk *PhotonPersistentDiskVolumeSource photonPersistentDisk omitempty
  Projected *ProjectedVolumeSource projected omitempty
  PortworxVolume *PortworxVolumeSource portworxVolume omitempty
  ScaleIO *ScaleIOVolumeSource scaleIO omitempty
  StorageOS *StorageOSVolumeSource storageos omitempty
  CSI *CSIVolumeSource csi omitempty
  Ephemeral *EphemeralVolumeSource ephemeral omitempty
  Image *ImageVolumeSource image omitempty
VolumeStatus
  Image *ImageVolumeStatus image omitempty
VsphereVirtualDiskVolumeSource
  VolumePath string volumePath
  FSType string fsType omitempty
  StoragePolicyName string storagePolicyName omitempty
  StoragePolicyID string storagePolicyID omitempty
WeightedPodAffinityTerm
  Weight int32 weight
  PodAffinityTerm PodAffinityTerm podAffinityTerm
WindowsSecurityContextOptions
  GMSACredentialSpecName *string gmsaCredentialSpecName omitempty
  GMSACredentialSpec *string gmsaCredentialSpec omitempty
  RunAsUserName *string runAsUserName omitempty
  HostProcess *bool hostProcess omitempty
`
