/** What a command ends with. */
export const exit = { good: 0, found: 1, wrong: 2 } as const

export type ExitCode = (typeof exit)[keyof typeof exit]

/** A command can't do its work: the sentence says why, and what to do. It ends the command with exit code 2. */
export class CliError extends Error {
  override readonly name = 'CliError'
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
}

/** Why a file could not be read, in words. */
export function fileReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? (error instanceof Error ? error.message : String(error))
}
