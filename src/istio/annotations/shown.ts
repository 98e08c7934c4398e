const maxLength = 100
// Line breaks and other characters that a terminal or a log doesn't show as such.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
// A field of YAML or JSON with a secret value, such as lightstep's accessToken: messages become Events, which more people may
// read than pods.
const secret = /([\w-]*(?:tok|passw|secret|credential)[\w-]*["']?\s*:\s*)[^\s,}][^,}\n]*/gi
const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** An external value for a message: in single quotes, on one line, control characters escaped, secrets masked, cut if long. */
export function shown(value: string): string {
  const cut = value.length > maxLength ? `${value.slice(0, maxLength)}...` : value
  return `'${cut.replace(secret, '$1***').replace(unprintable, escaped)}'`
}

function escaped(character: string): string {
  return short[character] ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}
