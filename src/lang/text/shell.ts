/** The cluster that commands connect to; undefined: the default of the kubeconfig. */
export interface Connection {
  readonly kubeconfig?: string
  readonly context?: string
}

/** A command line for the same cluster that can be copied into a shell, quoted as needed. */
export function commandLine(args: readonly string[], { kubeconfig, context }: Connection): string {
  const connection = [
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
    ...(context === undefined ? [] : ['--context', context]),
  ]
  return [...args, ...connection].map(shellWord).join(' ')
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
