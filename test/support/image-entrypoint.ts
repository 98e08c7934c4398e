import { readFileSync } from 'node:fs'

/** The flags that Node gets where the image starts it: its Dockerfile, in the working folder, has them in ENTRYPOINT. */
export function imageNodeFlags(): readonly string[] {
  const line = /^ENTRYPOINT (\[.*\])$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1]
  if (line === undefined) throw new Error('the Dockerfile has no ENTRYPOINT in JSON')
  return (JSON.parse(line) as readonly string[]).filter((word) => word.startsWith('--'))
}
