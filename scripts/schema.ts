import { spawnSync } from 'node:child_process'
import { GeneratorFault, repository, runGenerator } from './generated/command.ts'

// `npm run schema`: the tables of Kubernetes' and Istio's types, which the Go program in scripts/schema prints.
const files = [
  { file: 'src/kubernetes/schema/types.ts', generate: () => printed('kubernetes') },
  { file: 'src/istio/mesh/types.ts', generate: () => printed('mesh') },
]

function printed(table: string): string {
  const { error, status, stdout, stderr } = spawnSync('go', ['run', '.', table], {
    cwd: 'scripts/schema',
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    throw new GeneratorFault('it needs Go, and no program go is in PATH: https://go.dev/doc/install')
  }
  if (error !== undefined) throw new GeneratorFault(error.message)
  if (status !== 0) throw new GeneratorFault(`go run ended with ${status}:\n${stderr}`)
  return stdout
}

process.exitCode = await runGenerator('schema', files, process.argv.slice(2), repository)
