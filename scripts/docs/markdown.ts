/** A table in Markdown. Cells may hold any inline Markdown; a `|` in one is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(line).join('\n')
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

export function yamlBlock(yaml: string): string {
  return `\`\`\`yaml\n${yaml.trim()}\n\`\`\``
}
