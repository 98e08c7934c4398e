import type { Events } from '../../cluster/events.ts'
import { kinds } from '../../cluster/kinds.ts'
import { type ConfigMapInUse, objectTitle } from '../../config/config-objects.ts'
import { type ConfigFault, formatFault } from '../../config/faults.ts'
import type { Reload } from '../../config/watch.ts'

/**
 * Reports reloads of the configuration as Events on its ConfigMaps, where their authors look. Returns a listener for
 * reloads.
 */
export function reportByEvents(events: Events): (reload: Reload) => void {
  const rejected = new Set<string>()
  const subject = (configMap: ConfigMapInUse) => ({ kind: kinds.configMap, ...configMap })
  return (reload) => {
    if (reload.result === 'failed') {
      for (const configMap of culprits(reload.configObjects, reload.error.faults)) {
        rejected.add(configMap.uid)
        const message = rejection(reload.error.faults)
        events.record(subject(configMap), { type: 'Warning', reason: 'ConfigurationRejected', message })
      }
      return
    }
    const recovered = reload.configObjects.filter(({ uid }) => rejected.has(uid))
    rejected.clear()
    const message = 'The injector is serving this configuration again'
    for (const configMap of recovered)
      events.record(subject(configMap), { type: 'Normal', reason: 'ConfigurationLoaded', message })
  }
}

/** The ConfigMaps that contain the faults; all of them if the faults are elsewhere, as one of them changed. */
function culprits(configObjects: readonly ConfigMapInUse[], faults: readonly ConfigFault[]): readonly ConfigMapInUse[] {
  const named = configObjects.filter((configMap) => {
    const title = objectTitle({ ...configMap, kind: 'ConfigMap' })
    return faults.some(({ document }) => document === title || document.startsWith(`${title}, `))
  })
  return named.length > 0 ? named : configObjects
}

const maxFaults = 3

function rejection(faults: readonly ConfigFault[]): string {
  const first = faults.slice(0, maxFaults).map(({ excerpt: _, ...fault }) => formatFault(fault))
  const more = faults.length > maxFaults ? [`and ${faults.length - maxFaults} more`] : []
  return `Configuration not reloaded, the last valid one is still served. ${[...first, ...more].join('; ')}`
}
