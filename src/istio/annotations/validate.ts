import type { StringMap } from '../../lang/json.ts'
import type { ProxyConfigReader } from '../mesh/proxy-config/layers.ts'
import { readProxyConfigText } from '../mesh/proxy-config/proxy-config.ts'
import { findAnnotation } from './registry.ts'
import { shown } from './shown.ts'

export interface AnnotationFault {
  readonly annotation: string
  readonly value: string
  readonly reason: string
}

/**
 * All annotations of a pod whose value is invalid, in the order of their names. `readProxyConfig` reads proxy.istio.io/config;
 * give one that remembers (createProxyConfigReader) where the same texts come again.
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
    const reason = check(value, { readProxyConfig })
    if (reason !== undefined) faults.push({ annotation, value, reason })
  }
  return faults.sort((a, b) => (a.annotation < b.annotation ? -1 : 1))
}

/** `invalid value 'V' for annotation 'NAME': WHY`, safe to print: a long value is cut, control characters are escaped. */
export function annotationFaultText({ annotation, value, reason }: AnnotationFault): string {
  return `invalid value ${shown(value)} for annotation '${annotation}': ${reason}`
}

/** `annotationFaults` in words. */
export function validateAnnotations(annotations: StringMap, readProxyConfig?: ProxyConfigReader): readonly string[] {
  return annotationFaults(annotations, readProxyConfig).map(annotationFaultText)
}
