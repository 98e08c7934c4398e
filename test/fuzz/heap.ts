import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// gc() without having to pass --expose-gc.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** The size of the heap without garbage, in megabytes. */
export function heapInUse(): number {
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}
