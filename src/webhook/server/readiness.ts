/** Returns the reason why this condition isn't met; undefined if it is. */
export type ReadyCondition = () => string | undefined

export interface ReadinessReport {
  readonly ready: boolean
  /** By condition: `ok`, or the reason why not. */
  readonly conditions: { readonly [name: string]: string }
}

/** Evaluates all conditions. */
export function readinessReport(conditions: { readonly [name: string]: ReadyCondition }): ReadinessReport {
  const reasons = Object.entries(conditions).map(([name, condition]) => [name, condition()] as const)
  return {
    ready: reasons.every(([, why]) => why === undefined),
    conditions: Object.fromEntries(reasons.map(([name, why]) => [name, why ?? 'ok'])),
  }
}
