const trueStrings: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const falseStrings: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/** The result of Go's strconv.ParseBool; undefined for any other string, such as ` true` or `yes`. */
export function parseBool(text: string): boolean | undefined {
  if (trueStrings.has(text)) return true
  return falseStrings.has(text) ? false : undefined
}
