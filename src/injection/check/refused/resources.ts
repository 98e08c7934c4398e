import { parseQuantity, quantityOf } from '../../../lang/go/quantity.ts'
import { isObject, type Json, type JsonObject, lookup } from '../../../lang/json.ts'
import type { Path } from '../../../lang/text/path.ts'
import type { RefusedFault } from '../../model/fault.ts'
import { syntax } from './rule.ts'

/** What Kubernetes requires of requests and limits: `spec.resources`, and those of a container. */
export function* resourceFaults(resources: JsonObject, path: Path, of: 'container' | 'pod'): Iterable<RefusedFault> {
  const [limits, requests] = [amountsIn(resources['limits']), amountsIn(resources['requests'])]
  const name = syntax(of === 'pod' ? 'resource of a pod' : 'resource name')
  for (const [kind, amounts] of [
    ['limits', limits],
    ['requests', requests],
  ] as const) {
    for (const resource in amounts) {
      const place = [...path, kind, resource]
      const fault = name(resource, place)
      if (fault !== undefined) yield fault
      yield* amountFaults(resource, amounts[resource] ?? null, place)
    }
  }
  for (const resource in requests) yield* requested(resource, requests, limits, path)
  const all = [...Object.keys(limits), ...Object.keys(requests)]
  if (all.some(isHuge) && !all.includes('cpu') && !all.includes('memory'))
    yield { path, code: 'none-of-several', fields: ['cpu', 'memory'] }
  if (of === 'pod' && resources['claims'] != null)
    yield { path: [...path, 'claims'], code: 'excludes', what: 'resources of a pod' }
  yield* claimed(resources['claims'], [...path, 'claims'])
}

function* amountFaults(resource: string, actual: Json, path: Path): Iterable<RefusedFault> {
  if (!resource.includes('/') && !isHuge(resource)) {
    if (String(actual).startsWith('-') && (quantityOf(actual) ?? 0n) < 0n) yield { path, code: 'not-an-amount', actual }
    return
  }
  const amount = quantityOf(actual)
  if (amount === undefined) return
  const isWhole = amount % oneUnit === 0n
  const isCounted = resource.includes('/')
  if (amount < 0n || (isCounted && !isWhole)) yield { path, code: 'not-an-amount', actual }
  const page = isHuge(resource) ? parseQuantity(resource.slice(hugePrefix.length)) : undefined
  if (page !== undefined && page > 0n && amount % page !== 0n) yield { path, code: 'not-an-amount', actual }
}

function* requested(resource: string, requests: JsonObject, limits: JsonObject, path: Path): Iterable<RefusedFault> {
  const [request, limit] = [quantityOf(requests[resource]), quantityOf(limits[resource])]
  if (request === undefined) return
  const place = [...path, 'requests', resource]
  const other = [...path, 'limits', resource]
  const isExact = isHuge(resource) || resource.includes('/')
  if (limit === undefined) {
    if (isExact) yield { path: other, code: 'missing-field', other: place }
    return
  }
  const amounts = { actual: String(requests[resource]), limit: String(limits[resource]) }
  if (request > limit) yield { path: place, code: 'above-limit', ...amounts, other }
  else if (isExact && request !== limit) yield { path: place, code: 'not-the-limit', ...amounts, other }
}

function* claimed(claims: Json | undefined, path: Path): Iterable<RefusedFault> {
  const seen = new Map<string, Path>()
  for (const [index, claim] of (Array.isArray(claims) ? claims : []).entries()) {
    const [name, request] = [lookup(claim, 'name'), lookup(claim, 'request')].map((value) => String(value ?? ''))
    if (name === undefined || name === '') continue
    const place = [...path, index, 'name']
    const key = request === '' ? name : `${name}/${request}`
    const other = seen.get(key) ?? seen.get(name)
    if (other !== undefined) yield { path: place, code: 'used-twice', value: key, what: 'claim', other }
    seen.set(key, place)
  }
}

const oneUnit = 10n ** 9n
const hugePrefix = 'hugepages-'

function isHuge(resource: string): boolean {
  return resource.startsWith(hugePrefix)
}

function amountsIn(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}
