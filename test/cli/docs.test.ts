import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silentIo } from '../../scripts/docs/outrigger.ts'
import { createProgram } from '../../src/cli/program.ts'
import { root } from './bundle.ts'
import { folder, outrigger } from './support.ts'

const pages = ['README.md', 'examples/README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
const textOf = (page: string) => readFileSync(join(root, page), 'utf8')
const program = createProgram(silentIo, () => undefined)

/** The command lines of a page, as code on a line of its own or in a sentence. */
function commandLines(page: string): readonly string[] {
  const typed = /(?:^(?:\$ )?|`|<\(|\| )(?:npx )?outrigger ((?:[a-z]|--)[^`\n|)]*)/gm
  return [...textOf(page).matchAll(typed)].map(([, line = '']) => line.replace(/ {2,}#.*$/, '').trim())
}

/** What of a command line the program doesn't have: a command or a flag. */
function unknownIn(line: string): string | undefined {
  const words = line.split(/\s+/)
  let command: Pick<typeof program, 'commands' | 'options' | 'registeredArguments'> = program
  for (const word of words) {
    if (word.startsWith('-')) {
      const flag = word.replace(/[=\]].*$/, '')
      const isKnown =
        flag === '-' || flag === '--help' || command.options.some(({ long, short }) => long === flag || short === flag)
      if (!isKnown) return flag
    } else if (command.commands.length > 0) {
      const next = command.commands.find((one) => one.name() === word)
      if (next === undefined) return /^[a-z]/.test(word) ? word : undefined
      command = next
    }
  }
  return undefined
}

test.each(pages)('%s names commands and flags that there are', (page) => {
  const unknown = commandLines(page).flatMap((line) => {
    const found = unknownIn(line)
    return found === undefined ? [] : [`${found} in: outrigger ${line}`]
  })
  expect(unknown).toEqual([])
})

test('command lines are found in sentences, blocks and tables', () => {
  expect(pages.flatMap(commandLines).length).toBeGreaterThan(100)
  expect(unknownIn('tag set prod --revison x')).toBe('--revison')
  expect(unknownIn('tags list')).toBe('tags')
})

const block = (page: string, start: string) => {
  const [, text = ''] = new RegExp(`\`\`\`yaml\n(${start}[\\s\\S]*?)\`\`\``).exec(textOf(page)) ?? []
  return text
}

const pod =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {team: blue}}\nspec: {containers: [{name: web, image: web}]}\n'

test('the template of docs/templates.md does what the page says', async () => {
  const cwd = folder({ 'config.yaml': block('docs/templates.md', '# the injector'), 'pod.yaml': pod })
  const { code, stdout } = await outrigger(['inject', '-f', 'pod.yaml', '--config', 'config.yaml'], '', { cwd })
  expect(code).toBe(0)
  expect(stdout).toContain('example.com/owner: blue')
  expect(stdout).toMatch(/name: TEAM\n\s+value: blue/)
})

test('the files of docs/configuration.md load', async () => {
  const policies = [...textOf('docs/configuration.md').matchAll(/```yaml\n(annotationPolicy:\n {2}- [\s\S]*?)```/g)]
  expect(policies.length).toBe(2)
  for (const [, policy = ''] of policies) {
    const cwd = folder({
      'outrigger.yaml': block('docs/configuration.md', 'config: injector.yaml'),
      'injector.yaml': policy,
      'mesh.yaml': '{}',
      'pod.yaml': pod,
    })
    const { code, stdout, stderr } = await outrigger(['inject', '-f', 'pod.yaml'], '', { cwd })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('image: registry.example.com/istio/proxyv2:1.27.1')
    expect(stdout).toContain('istio.io/rev: canary')
  }
})
