/** The cluster that commands reach; undefined: what they would take without being told. */
export interface Connection {
  readonly kubeconfig?: string
  readonly context?: string
}

/** A command line that can be copied into a shell, and reaches the same cluster: quoted where it must be. */
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
