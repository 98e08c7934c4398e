import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// The collector as a function, without a flag that whoever runs this would have to give.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Megabytes that are really in use. */
export function heapInUse(): number {
  collect()
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}
