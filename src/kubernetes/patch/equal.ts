import { isObject, type Json } from '../../lang/json.ts'

/** Whether two values are deeply equal. The order of keys doesn't matter; shared subtrees aren't compared. */
export function equal(left: Json, right: Json): boolean {
  if (left === right) return true
  if (Array.isArray(left))
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, index) => equal(item, right[index]))
    )
  if (!isObject(left) || !isObject(right)) return false
  const keys = Object.keys(left)
  if (keys.length !== Object.keys(right).length) return false
  return keys.every((key) => {
    if (!Object.hasOwn(right, key)) return false
    const [before, after] = [left[key], right[key]]
    return before !== undefined && after !== undefined && equal(before, after)
  })
}
