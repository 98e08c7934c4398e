const longest = 100
// Line breaks and whatever else a terminal or a log would not show as a character (or show in another place).
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
// A field of YAML or JSON whose name says that its value is nobody else's business, as lightstep's accessToken is: messages
// become Events, which more people may read than pods.
const secret = /([\w-]*(?:tok|passw|secret|credential)[\w-]*["']?\s*:\s*)[^\s,}][^,}\n]*/gi
const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A value from outside in a sentence: in single quotes, on one line, control characters escaped, secrets masked, cut when it is long. */
export function shown(value: string): string {
  const cut = value.length > longest ? `${value.slice(0, longest)}...` : value
  return `'${cut.replace(secret, '$1***').replace(unprintable, escaped)}'`
}

function escaped(character: string): string {
  return short[character] ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}
