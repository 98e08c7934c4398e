/** Says why the server isn't ready, as far as this condition goes; undefined when it is. */
export type ReadyCondition = () => string | undefined

export interface ReadinessReport {
  readonly ready: boolean
  /** By condition: `ok`, or why not. */
  readonly conditions: { readonly [name: string]: string }
}

/** Asks every condition. */
export function readinessReport(conditions: { readonly [name: string]: ReadyCondition }): ReadinessReport {
  const told = Object.entries(conditions).map(([name, condition]) => [name, condition()] as const)
  return {
    ready: told.every(([, why]) => why === undefined),
    conditions: Object.fromEntries(told.map(([name, why]) => [name, why ?? 'ok'])),
  }
}
