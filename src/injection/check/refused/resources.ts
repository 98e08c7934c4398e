import { syntaxes } from '../../../kubernetes/pod/syntax.ts'
import { parseQuantity, quantityOf } from '../../../lang/go/quantity.ts'
import { isObject, type Json, type JsonObject, lookup } from '../../../lang/json.ts'
import type { Path } from '../../../lang/text/path.ts'
import type { RefusedFault } from '../../model/fault.ts'

/** What Kubernetes requires of requests and limits: `spec.resources`, and those of a container. */
export function resourceFaults(resources: JsonObject, path: Path, of: 'container' | 'pod'): readonly RefusedFault[] {
  const faults: RefusedFault[] = []
  const [limits, requests] = [amountsIn(resources['limits']), amountsIn(resources['requests'])]
  const syntax = of === 'pod' ? 'resource of a pod' : 'resource name'
  for (const [kind, amounts] of [
    ['limits', limits],
    ['requests', requests],
  ] as const) {
    for (const resource of Object.keys(amounts)) {
      const actual = amounts[resource] ?? null
      if (!syntaxes[syntax](resource))
        faults.push({ path: [...path, kind, resource], code: 'wrong-syntax', actual: resource, syntax })
      if (!isAmountOf(resource, actual)) faults.push({ path: [...path, kind, resource], code: 'not-an-amount', actual })
    }
  }
  for (const resource of Object.keys(requests)) {
    const fault = requestFault(resource, requests[resource], limits[resource], path)
    if (fault !== undefined) faults.push(fault)
  }
  const hasHuge = Object.keys(limits).some(isHuge) || Object.keys(requests).some(isHuge)
  if (
    hasHuge &&
    !['cpu', 'memory'].some((resource) => Object.hasOwn(limits, resource) || Object.hasOwn(requests, resource))
  )
    faults.push({ path, code: 'none-of-several', fields: ['cpu', 'memory'] })
  const { claims } = resources
  if (claims == null) return faults
  const place = [...path, 'claims']
  if (of === 'pod') faults.push({ path: place, code: 'excludes', what: 'resources of a pod' })
  return [...faults, ...claimed(claims, place)]
}

/** Whether Kubernetes takes an amount of a resource; what is no amount at all is the fault of its type. */
function isAmountOf(resource: string, actual: Json): boolean {
  const isCounted = resource.includes('/')
  if (!isCounted && !isHuge(resource)) return !String(actual).startsWith('-') || (quantityOf(actual) ?? 0n) >= 0n
  const amount = quantityOf(actual)
  if (amount === undefined) return true
  if (amount < 0n || (isCounted && amount % oneUnit !== 0n)) return false
  const page = isHuge(resource) ? parseQuantity(resource.slice(hugePrefix.length)) : undefined
  return page === undefined || page <= 0n || amount % page === 0n
}

/** A request isn't above its limit; of what can't be shared, it is the limit. */
function requestFault(
  resource: string,
  actual: Json | undefined,
  max: Json | undefined,
  path: Path,
): RefusedFault | undefined {
  const request = quantityOf(actual)
  if (request === undefined) return undefined
  const limit = quantityOf(max)
  const isExact = isHuge(resource) || resource.includes('/')
  if (limit === undefined && !isExact) return undefined
  const [place, other] = [
    [...path, 'requests', resource],
    [...path, 'limits', resource],
  ]
  if (limit === undefined) return { path: other, code: 'missing-field', other: place }
  const amounts = { actual: String(actual), limit: String(max) }
  if (request > limit) return { path: place, code: 'above-limit', ...amounts, other }
  return isExact && request !== limit ? { path: place, code: 'not-the-limit', ...amounts, other } : undefined
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
