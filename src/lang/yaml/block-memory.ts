import { share } from '../shared.ts'
import { ownCopy } from '../text/own-copy.ts'
import type { YamlValue } from './value.ts'

/** Whole lines of a text, from one offset to before another. */
export interface TextPart {
  /** The lines of a list with a single item are a list, and that item. */
  readonly kind: 'block' | 'item'
  readonly text: string
  readonly start: number
  readonly end: number
  /** Of equal parts the same number; of others most likely another. */
  readonly hash: number
}

/**
 * What blocks of YAML read as, by their text: what templates render for one pod is in most lines what they render for the next.
 * Its values are marked as shared: all who read such a block get the same ones.
 */
export interface BlockMemory {
  /** What a block was read as where that many levels could be opened; undefined when that isn't known. */
  find(part: TextPart, levels: number): YamlValue | undefined
  /** Tells what a block was read as. It is kept when the block comes for the second time: most that don't come twice never will. */
  note(part: TextPart, levels: number, value: YamlValue): void
}

interface Block {
  readonly kind: TextPart['kind']
  readonly text: string
  readonly value: YamlValue
  readonly levels: number
}

const seenOnce: Block = { kind: 'block', text: '', value: null, levels: Number.POSITIVE_INFINITY }

// Istio's sidecar is some hundred blocks of 20,000 characters together (its outer blocks count again with what is in them).
const maxBlocks = 2000
const maxCharacters = 250_000
const maxBlockLength = 20_000

/** A memory that holds no more than 4,000 blocks of half a million characters, and forgets those not asked for the longest. */
export function createBlockMemory(): BlockMemory {
  // Two generations: what isn't asked for while a whole new one grows is forgotten.
  let recent = new Map<number, Block>()
  let older = new Map<number, Block>()
  let characters = 0

  const put = (hash: number, block: Block) => {
    if (recent.size >= maxBlocks || characters + block.text.length > maxCharacters) {
      older = recent
      recent = new Map()
      characters = 0
    }
    recent.set(hash, block)
    characters += block.text.length
  }

  return {
    find({ kind, text, start, end, hash }, levels) {
      let block = recent.get(hash)
      if (block === undefined) {
        block = older.get(hash)
        if (block === undefined) return undefined
        put(hash, block)
      }
      const fits = block.kind === kind && block.levels <= levels && block.text.length === end - start
      return fits && text.slice(start, end) === block.text ? block.value : undefined
    },
    note({ kind, text, start, end, hash }, levels, value) {
      if (end - start > maxBlockLength) return
      if (!recent.has(hash)) put(hash, seenOnce)
      else put(hash, { kind, text: ownCopy(text.slice(start, end)), levels, value: share(value) })
    },
  }
}
