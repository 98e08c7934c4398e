import { listTags, type TagRow } from '../../istio/revisions/tag-list.ts'
import { objectsOf } from '../cluster/open.ts'
import type { ListFlags } from '../commands/tag.ts'
import { type ExitCode, exit } from '../exit.ts'
import { type Io, printable } from '../io.ts'
import { printResult } from '../output.ts'
import { renderTable, tableWidth } from '../table.ts'
import { tagObjectsOf } from './target.ts'

/** `outrigger tag list`. */
export async function printTags(flags: ListFlags, io: Io): Promise<ExitCode> {
  const source = await objectsOf(flags, io)
  const rows = listTags(await tagObjectsOf(source))
  if (rows.length === 0 && flags.output === 'table') {
    io.stderr.write(printable(`no tags in ${source.description}\n`))
    return exit.success
  }
  printResult(io, flags.output, rows, () =>
    renderTable(['tag', 'revision', 'injector', 'namespaces'], rows.map(cells), tableWidth(io.stdout)),
  )
  return exit.success
}

function cells({ tag, revision, address, isInstalled, namespaces }: TagRow): readonly string[] {
  return [tag, isInstalled ? revision : `${revision || '(none)'} (gone)`, address, namespaces.join(',') || '-']
}
