/** The contents of a pod's picture. */
export interface PictureModel {
  readonly title: string
  /** The containers in start order. */
  readonly steps: readonly StartStep[]
  readonly inbound: Traffic
  readonly outbound: Traffic
  /** Ports of the proxy itself. */
  readonly proxyPorts: readonly ProxyPort[]
  readonly probes: readonly ProbePath[]
}

/** One container on the time line. */
export interface StartStep {
  readonly name: string
  /** `init`: exits before the next starts; `native`: an init container that keeps running; `main`: the others. */
  readonly kind: 'init' | 'native' | 'main'
  /** Whether it is injected. */
  readonly injected: boolean
  /** What the next containers wait for: a startup probe (native) or a postStart hook (hold). */
  readonly holds: 'startup probe' | 'postStart hook' | ''
  /** Containers with the same position start together. */
  readonly position: number
}

/** The captured traffic of one direction. */
export interface Traffic {
  /** `REDIRECT`, `TPROXY`, `NONE`; empty if nothing is captured. */
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
  /** The container that declares it; empty if none. */
  readonly container: string
  /** The reason, with its source. */
  readonly why: string
}

export interface ProxyPort {
  readonly port: number
  readonly text: string
}

/** The path of a probe or hook, before and after the injection. */
export interface ProbePath {
  readonly container: string
  /** `readinessProbe`, `lifecycle.preStop`. */
  readonly probe: string
  readonly rewritten: boolean
  readonly why: string
  /** `kubelet`, then its target: `web http port 8080 /ready`. */
  readonly before: readonly string[]
  /** `kubelet`, `agent http port 15020 /app-health/web/readyz`, `web http port 8080 /ready`. */
  readonly after: readonly string[]
}
