import type { StringMap } from '../../lang/json.ts'
import type { Warning } from '../model/injection.ts'

const shortNames: StringMap = { cluster: 'ISTIO_META_CLUSTER_ID', net: 'ISTIO_META_NETWORK' }
const legacySeparator = ':ENV:'

/**
 * The environment variables in the webhook's path: `/inject/cluster/c1/net/n1` or, in older installations,
 * `/inject/:ENV:cluster=c1:ENV:net=n1`. Names are in the order of the path.
 */
export function pathSettings(path: string): { readonly environment: StringMap; readonly warnings: readonly Warning[] } {
  const rest = decode(path)
    .replace(/^\/inject\/?/, '')
    .replace(/\/$/, '')
  if (rest === '') return { environment: {}, warnings: [] }
  return rest.startsWith(legacySeparator) ? legacySettings(rest) : segmentSettings(rest.split('/'))
}

function segmentSettings(segments: readonly string[]) {
  const pairs: [string, string][] = []
  for (let index = 0; index + 1 < segments.length; index += 2) {
    const key = segments[index]
    const value = segments[index + 1]
    if (key && value !== undefined) pairs.push([variable(key), value.replaceAll('--slash--', '/')])
  }
  const last = segments.at(-1)
  const warnings =
    segments.length % 2 === 0 || last === undefined
      ? []
      : [
          {
            code: 'path-key-without-value',
            text: `the webhook's path ends in ${JSON.stringify(last)}, a key without a value: ignored`,
          },
        ]
  return { environment: Object.fromEntries(pairs), warnings }
}

function legacySettings(text: string) {
  const pairs: [string, string][] = []
  for (const pair of text.split(legacySeparator)) {
    const equals = pair.indexOf('=')
    const key = equals < 0 ? pair : pair.slice(0, equals)
    if (key !== '' && equals >= 0) pairs.push([variable(key), pair.slice(equals + 1)])
  }
  return { environment: Object.fromEntries(pairs), warnings: [] }
}

function variable(key: string): string {
  return Object.hasOwn(shortNames, key) ? (shortNames[key] ?? key) : key.toUpperCase()
}

function decode(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
