const decimal = /^[1-9][0-9]*$/

/**
 * Whether one version of an object is older than another. Versions of one kind compare as decimal numbers; others are
 * opaque, and the later one counts as newer.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
export function isOlder(version: string, than: string): boolean {
  if (!decimal.test(version) || !decimal.test(than)) return false
  return version.length === than.length ? version < than : version.length < than.length
}
