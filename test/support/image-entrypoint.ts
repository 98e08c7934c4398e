import { readFileSync } from 'node:fs'

/** The flags with which the image starts Node, from ENTRYPOINT of the Dockerfile in the working directory. */
export function imageNodeFlags(): readonly string[] {
  const line = /^ENTRYPOINT (\[.*\])$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1]
  if (line === undefined) throw new Error('the Dockerfile has no ENTRYPOINT in JSON')
  return (JSON.parse(line) as readonly string[]).filter((word) => word.startsWith('--'))
}
