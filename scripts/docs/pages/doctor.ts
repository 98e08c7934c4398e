import { statuses } from '../../../src/cli/doctor/check.ts'
import { checks } from '../../../src/cli/doctor/checks.ts'
import { table } from '../markdown.ts'

const introduction = `\`outrigger doctor\` asks the cluster itself whether its injectors work, and says a line for each thing that it looked at: \`ok\`, \`warn\`,
\`fail\`, or \`unknown\` with the reason why it could not be found out, and what to do. It ends with 1 when a check fails. It looks at all
injectors of the cluster, Istio's own among them, or at those of \`--revision\` and \`--istio-namespace\`. Nothing is written to the
cluster, and no check takes longer than \`--timeout\`.

With \`-f\` it reads saved manifests; checks that need a cluster are \`unknown\` then.
`

/** docs/doctor.md below its title. */
export function doctorPage(): string {
  const rows = checks.map(({ id, title }) => [`[${id}](#${id})`, `${title}?`])
  return [introduction, table(['check', 'asks'], rows), '', ...checks.map(section)].join('\n')
}

function section({ id, title, how, meaning, fix }: (typeof checks)[number]): string {
  const rows = statuses.flatMap((status) => (meaning[status] === undefined ? [] : [[status, meaning[status]]]))
  const meanings = table(['status', 'means'], rows)
  return [`## ${id}`, '', `**${title}?** ${how}`, '', meanings, '', `Fix: ${fix}.`, ''].join('\n')
}
