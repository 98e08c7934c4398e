const colourOf: { readonly [level: string]: number } = { debug: 90, info: 36, warn: 33, error: 31 }

/** Formats a line of the JSON log as text: time, level, message, then the fields as `name=value`. */
export function textLine(json: string, colours: boolean): string {
  const { level, time, msg, ...facts }: Record<string, unknown> = JSON.parse(json)
  const paint = (code: number, text: string) => (colours ? `\u001B[${code}m${text}\u001B[0m` : text)
  const label = String(level)
  const words = [
    paint(90, String(time).slice(11, 23)),
    paint(colourOf[label] ?? 0, label.padEnd(5)),
    visible(String(msg)),
    ...Object.entries(facts)
      .filter(([, value]) => value !== '' && value !== false)
      .map(([name, value]) => `${paint(90, `${name}=`)}${valueText(value)}`),
  ]
  return `${words.join(' ')}\n`
}

function valueText(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return visible(value.join(','))
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? visible(value) : visible(JSON.stringify(value))
  return visible(JSON.stringify(value))
}

/** Names are untrusted: none may move the cursor or look like another line. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
