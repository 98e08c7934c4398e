import type { Json, JsonObject, StringMap } from '../../lang/json.ts'

// The fields of a pod that the injector itself reads or writes. A pod (any JSON object that passed `checkPod`) may have
// others, including those of a newer Kubernetes, which are passed through untouched.

export interface Pod extends JsonObject {
  readonly metadata?: Metadata | null
  readonly spec?: PodSpec | null
}

export interface Metadata extends JsonObject {
  readonly name?: string | null
  readonly generateName?: string | null
  readonly namespace?: string | null
  readonly labels?: StringMap | null
  readonly annotations?: StringMap | null
  readonly ownerReferences?: readonly OwnerReference[] | null
}

export interface OwnerReference extends JsonObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly name?: string
  readonly controller?: boolean | null
}

export interface PodSpec extends JsonObject {
  readonly containers?: readonly Container[] | null
  readonly initContainers?: readonly Container[] | null
  readonly volumes?: readonly Named[] | null
  readonly imagePullSecrets?: readonly Named[] | null
  readonly hostNetwork?: boolean | null
  readonly nodeName?: string | null
}

export interface Named extends JsonObject {
  readonly name: string
}

export interface Container extends Named {
  readonly image?: string | null
  readonly args?: readonly string[] | null
  readonly env?: readonly EnvVar[] | null
  readonly ports?: readonly ContainerPort[] | null
  readonly securityContext?: SecurityContext | null
  readonly livenessProbe?: Probe | null
  readonly readinessProbe?: Probe | null
  readonly startupProbe?: Probe | null
  readonly lifecycle?: Lifecycle | null
}

export interface EnvVar extends Named {
  readonly value?: string | null
}

export interface ContainerPort extends JsonObject {
  readonly containerPort: number
  readonly name?: string | null
  readonly protocol?: string | null
}

export interface SecurityContext extends JsonObject {
  readonly runAsUser?: number | null
  readonly runAsGroup?: number | null
}

/** The action of a probe or a lifecycle hook: one of these four. */
export interface Handler extends JsonObject {
  readonly httpGet?: HttpGet | null
  readonly tcpSocket?: TcpSocket | null
  readonly grpc?: JsonObject | null
  readonly exec?: Json
}

export interface Probe extends Handler {
  readonly timeoutSeconds?: number | null
}

export interface Lifecycle extends JsonObject {
  readonly preStop?: Handler | null
  readonly postStart?: Handler | null
}

export interface HttpGet extends JsonObject {
  readonly path?: string | null
  readonly port: number | string
  readonly scheme?: string | null
}

export interface TcpSocket extends JsonObject {
  readonly port: number | string
}
