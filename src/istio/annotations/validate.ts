import type { StringMap } from '../../lang/json.ts'
import type { ProxyConfigReader } from '../mesh/proxy-config/layers.ts'
import { readProxyConfigText } from '../mesh/proxy-config/proxy-config.ts'
import type { AnnotationFault } from './fault.ts'
import { findAnnotation } from './registry.ts'

/**
 * All annotations of a pod with an invalid value, sorted by name. `readProxyConfig` reads proxy.istio.io/config; pass one with a
 * cache (createProxyConfigReader) to validate many pods.
 */
export function annotationFaults(
  annotations: StringMap,
  readProxyConfig: ProxyConfigReader = readProxyConfigText,
): readonly AnnotationFault[] {
  const faults: AnnotationFault[] = []
  for (const annotation of Object.keys(annotations)) {
    const check = findAnnotation(annotation)?.check
    const value = check === undefined ? undefined : annotations[annotation]
    if (check === undefined || typeof value !== 'string') continue
    const fault = check(value, { readProxyConfig })
    if (fault !== undefined) faults.push({ annotation, value, ...fault })
  }
  return faults.sort((a, b) => (a.annotation < b.annotation ? -1 : 1))
}
