import { allCauses, type CallTrace, type CallTraces } from '../../lang/template/trace/calls.ts'
import { causedBy, prefer, under, unite } from '../../lang/template/trace/causes.ts'
import { getKey, isMap, StructValue } from '../../lang/template/value.ts'
import { envTrace } from './istiod-env.ts'

/** The value of an annotation if the pod has it, else the default, which the annotation would have overridden. */
const annotation: CallTrace = (args, result) => {
  const [meta, name, fallback] = args
  if (meta?.path === undefined || typeof name?.value !== 'string' || fallback === undefined)
    return allCauses(args, result)
  const annotations = meta.value instanceof StructValue ? meta.value.field('Annotations') : undefined
  const asked = under(causedBy([...meta.path, 'Annotations', name.value]), [name.causes])
  const isSet = isMap(annotations) && getKey(annotations, name.value) !== undefined
  return isSet ? prefer(asked, [fallback.causes]) : prefer(fallback.causes, [asked])
}

const isset: CallTrace = (args, result) => {
  const [map, key] = args
  if (map?.path === undefined || key === undefined) return allCauses(args, result)
  return unite([causedBy([...map.path, String(key.value)]), key.causes])
}

const valueOrDefault: CallTrace = (args, result) => {
  const [value, fallback] = args
  if (value === undefined || fallback === undefined) return allCauses(args, result)
  return Object.is(value.value, result)
    ? prefer(value.causes, [fallback.causes])
    : prefer(fallback.causes, [value.causes])
}

/** The causes of the results of the injector's own functions, unless they are simply all arguments. */
export const injectorCallTraces: CallTraces = {
  annotation,
  env: envTrace,
  isset,
  valueOrDefault,
  // The attributes depend on particular annotations and labels, any of which may be missing.
  otelResourceAttributes: (args) =>
    unite(args.slice(1).map(({ causes, path }) => (path === undefined ? causes : causedBy(path)))),
}
