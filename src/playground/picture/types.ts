/** What the picture of a pod shows. */
export interface PictureModel {
  readonly title: string
  /** The containers in the order in which they start. */
  readonly steps: readonly StartStep[]
  readonly inbound: Traffic
  readonly outbound: Traffic
  /** Ports on which the proxy itself listens. */
  readonly proxyPorts: readonly ProxyPort[]
  readonly probes: readonly ProbePath[]
}

/** One container on the time line. */
export interface StartStep {
  readonly name: string
  /** `init`: runs to its end before the next starts; `native`: an init container that goes on running; `main`: the others. */
  readonly kind: 'init' | 'native' | 'main'
  /** Whether the injection brought it. */
  readonly injected: boolean
  /** Whether the next ones wait until it is ready: by a startup probe (native) or a postStart hook (hold). */
  readonly holds: 'startup probe' | 'postStart hook' | ''
  /** Containers of one position start together. */
  readonly position: number
}

/** What of the traffic of one direction goes through the proxy. */
export interface Traffic {
  /** `REDIRECT`, `TPROXY`, `NONE`; empty where nothing captures. */
  readonly mode: string
  /** `all ports`, `ports 80, 443`, `all but those below`, `nothing`. */
  readonly captured: string
  readonly items: readonly TrafficItem[]
}

export interface TrafficItem {
  readonly kind: 'port' | 'range' | 'interface'
  /** `8080`, `10.0.0.0/8`. */
  readonly text: string
  readonly captured: boolean
  /** The container that declares it; empty where none does. */
  readonly container: string
  /** In words, with what said so. */
  readonly why: string
}

export interface ProxyPort {
  readonly port: number
  readonly text: string
}

/** A probe or hook over the wire, before and after the injection. */
export interface ProbePath {
  readonly container: string
  /** `readinessProbe`, `lifecycle.preStop`. */
  readonly probe: string
  readonly rewritten: boolean
  readonly why: string
  /** `kubelet`, then where it asks: `web http port 8080 /ready`. */
  readonly before: readonly string[]
  /** `kubelet`, `agent http port 15020 /app-health/web/readyz`, `web http port 8080 /ready`. */
  readonly after: readonly string[]
}
