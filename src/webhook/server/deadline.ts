const unitMs: { readonly [unit: string]: number } = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/**
 * The client's timeout in milliseconds: API servers send it as `?timeout=10s`, in Go's duration format. Undefined if it is
 * unset or invalid: the request then has no deadline.
 */
export function callerTimeout(url: string): number | undefined {
  const query = url.indexOf('?')
  if (query < 0) return undefined
  const text = new URLSearchParams(url.slice(query + 1)).get('timeout')
  if (text === null || text.length > 64 || !/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text))
    return undefined
  let ms = 0
  for (const [, amount, unit = ''] of text.matchAll(/([\d.]+)([^\d.]+)/g)) ms += Number(amount) * (unitMs[unit] ?? 0)
  return ms
}

/**
 * The latest time at which a request that is being read can have arrived. Everything that one turn of the event loop reads
 * had arrived when the turn began, so a request behind others of its turn has been waiting since then.
 */
export function createArrivalClock(): () => number {
  let turnBegan: number | undefined
  return () => {
    if (turnBegan === undefined) {
      turnBegan = performance.now()
      setImmediate(() => {
        turnBegan = undefined
      })
    }
    return turnBegan
  }
}
