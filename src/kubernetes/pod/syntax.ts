/*
 * The syntax of names in a pod, as an API server requires it:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names and .../labels
 */

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const plain = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/
const port = /^(?=.*[a-z])[a-z0-9]([a-z0-9]|-(?!-))*$/
/** Printable ASCII; since Kubernetes 1.34 only `=` isn't allowed. */
const variable = /^[ -<>-~]+$/

/** Whether a string is allowed in its place. */
export const syntaxes = {
  'DNS label': (text: string) => text.length <= 63 && label.test(text),
  'port name': (text: string) => text.length <= 15 && port.test(text) && !text.endsWith('-'),
  'label value': (text: string) => text === '' || (text.length <= 63 && plain.test(text)),
  'variable name': (text: string) => variable.test(text),
  'qualified name': isQualifiedName,
} as const

export type Syntax = keyof typeof syntaxes

/** The key of a label, an annotation or a resource: a name, perhaps behind a prefix and a slash. */
function isQualifiedName(text: string): boolean {
  const [first = '', second, ...more] = text.split('/')
  const [prefix, name] = second === undefined ? [undefined, first] : [first, second]
  const hasPrefix = prefix === undefined || (prefix.length <= 253 && subdomain.test(prefix))
  return more.length === 0 && hasPrefix && name.length <= 63 && plain.test(name)
}

/** How each syntax is described in a message. */
export const syntaxWords: Readonly<Record<Syntax, string>> = {
  'DNS label': 'lower-case letters, digits and dashes, at most 63',
  'port name': 'lower-case letters, digits and single dashes, at most 15, with a letter among them',
  'label value': 'letters, digits, dashes, dots and underscores, at most 63',
  'variable name': 'printable ASCII characters without =',
  'qualified name': 'letters, digits, dashes, dots and underscores, at most 63, perhaps behind a DNS name and a slash',
}
