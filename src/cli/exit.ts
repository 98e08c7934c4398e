/** Exit codes of commands. */
export const exit = { success: 0, found: 1, error: 2 } as const

export type ExitCode = (typeof exit)[keyof typeof exit]

/** A command failed: the message contains the reason and what to do. The exit code is 2. */
export class CliError extends Error {
  override readonly name = 'CliError'
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'part of the path is not a directory',
}

/** The reason why a file could not be read. */
export function fileReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? (error instanceof Error ? error.message : String(error))
}
