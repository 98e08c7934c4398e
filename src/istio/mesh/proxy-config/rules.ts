import { parseDuration } from '../../../lang/go/duration.ts'
import { isPort } from '../../../lang/go/port.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../../lang/json.ts'
import type { Path } from '../../../lang/text/path.ts'
import type { MeshFault, MeshValueFault } from '../fault.ts'
import { hostPortFault } from '../host-port.ts'
import { message } from '../messages.ts'

/** Checks one field of a complete ProxyConfig; `fault` returns undefined if it is valid. */
interface Rule {
  readonly path: Path
  readonly fault: (value: Json | undefined, config: JsonObject) => MeshValueFault | undefined
}

const second = 1_000_000_000n

/** The rules for a valid ProxyConfig, defaults included. */
const rules: readonly Rule[] = [
  { path: ['configPath'], fault: notEmpty },
  { path: ['binaryPath'], fault: notEmpty },
  { path: ['discoveryAddress'], fault: (value) => notEmpty(value) ?? address(value) },
  {
    path: ['serviceCluster'],
    fault: (value, config) => (Object.hasOwn(config, 'tracingServiceName') ? undefined : notEmpty(value)),
  },
  { path: ['drainDuration'], fault: wholeSeconds },
  { path: ['statusPort'], fault: port },
  { path: ['proxyAdminPort'], fault: port },
  { path: ['statsdUdpAddress'], fault: addressUnlessEmpty },
  { path: ['envoyMetricsServiceAddress'], fault: addressUnlessEmpty },
  { path: ['envoyMetricsService', 'address'], fault: addressUnlessEmpty },
  { path: ['envoyAccessLogService', 'address'], fault: addressUnlessEmpty },
  { path: ['tracing', 'zipkin'], fault: present((zipkin) => address(withHostIp(zipkin['address']))) },
  { path: ['tracing', 'datadog'], fault: present((datadog) => address(withHostIp(datadog['address']))) },
  { path: ['tracing', 'lightstep'], fault: present((lightstep) => address(lightstep['address'])) },
  {
    path: ['tracing', 'lightstep', 'accessToken'],
    fault: (value, config) => (lookup(config, 'tracing', 'lightstep') === undefined ? undefined : notEmpty(value)),
  },
  { path: ['tracing', 'tlsSettings'], fault: present(tlsFault) },
  { path: ['envoyMetricsService', 'tlsSettings'], fault: present(tlsFault) },
  { path: ['envoyAccessLogService', 'tlsSettings'], fault: present(tlsFault) },
  {
    path: ['privateKeyProvider'],
    fault: present((value) => (Object.keys(value).length > 0 ? undefined : { code: 'no-key-provider' })),
  },
  ...message('ProxyConfig_ConnectionSettings').fields.map(({ json }) => ({
    path: ['connectionSettings', json],
    fault: notNegative,
  })),
]

/** All faults of a ProxyConfig that was merged over the built-in defaults. `path` is its path in the document. */
export function checkProxyConfig(config: JsonObject, path: Path = []): readonly MeshFault[] {
  return rules.flatMap((rule) => {
    const fault = rule.fault(lookup(config, ...rule.path.map(String)), config)
    return fault === undefined ? [] : [{ path: [...path, ...rule.path], ...fault }]
  })
}

function present(fault: (value: JsonObject) => MeshValueFault | undefined): Rule['fault'] {
  return (value) => (isObject(value) ? fault(value) : undefined)
}

function notEmpty(value: Json | undefined): MeshValueFault | undefined {
  return (value ?? '') === '' ? { code: 'empty' } : undefined
}

function address(value: Json | undefined): MeshValueFault | undefined {
  return hostPortFault(typeof value === 'string' ? value : '')
}

function addressUnlessEmpty(value: Json | undefined): MeshValueFault | undefined {
  return notEmpty(value) === undefined ? address(value) : undefined
}

/** The agent replaces the first `$(HOST_IP)` with the node's address. */
function withHostIp(value: Json | undefined): Json | undefined {
  return typeof value === 'string' ? value.replace('$(HOST_IP)', '127.0.0.1') : value
}

function port(value: Json | undefined): MeshValueFault | undefined {
  const number = typeof value === 'number' ? value : 0
  return isPort(number) ? undefined : { code: 'not-a-port', actual: number }
}

function wholeSeconds(value: Json | undefined): MeshValueFault | undefined {
  const nanoseconds = typeof value === 'string' ? (parseDuration(value) ?? 0n) : 0n
  if (nanoseconds < second) return { code: 'too-short', min: '1s' }
  return nanoseconds % second === 0n ? undefined : { code: 'not-whole-seconds' }
}

function tlsFault(settings: JsonObject): MeshValueFault | undefined {
  if (settings['mode'] !== 'MUTUAL' || lookupString(settings, 'credentialName') !== '') return undefined
  const missing = ['clientCertificate', 'privateKey'].filter((name) => lookupString(settings, name) === '')
  return missing.length === 0 ? undefined : { code: 'tls-incomplete', missing }
}

function notNegative(value: Json | undefined): MeshValueFault | undefined {
  const negative = (typeof value === 'number' && value < 0) || (typeof value === 'string' && value.startsWith('-'))
  return negative ? { code: 'negative' } : undefined
}
