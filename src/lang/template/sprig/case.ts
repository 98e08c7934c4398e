/* Upper and lower case by words: title, untitle, swapcase, camelcase, snakecase, kebabcase. */

import { define, type FunctionTable } from '../functions.ts'
import { counted } from './counted.ts'
import {
  characters,
  isLetter,
  isLower,
  isNumber,
  isPunctuation,
  isSpace,
  isTitle,
  isUpper,
  lowerChar,
  titleChar,
  upperChar,
} from './unicode.ts'

const asciiWordCharacter = /[0-9A-Za-z_]/

/** What ends a word for `title`: ASCII other than letters, digits and `_`, beyond ASCII white space alone. */
function separatesWords(char: string): boolean {
  if (char.length === 1 && char < '\u0080') return !asciiWordCharacter.test(char)
  return isSpace(char)
}

export function title(text: string): string {
  let previous = ' '
  let result = ''
  for (const char of characters(text)) {
    result += separatesWords(previous) ? titleChar(char) : char
    previous = char
  }
  return result
}

/** A small letter at the start of each word. */
export function untitle(text: string): string {
  let atStart = true
  let result = ''
  for (const char of characters(text)) {
    const blank = isSpace(char)
    result += atStart && !blank ? lowerChar(char) : char
    atStart = blank
  }
  return result
}

/** Upper becomes lower and the other way round; a small letter at the start of a word takes title case. */
export function swapCase(text: string): string {
  let atStart = true
  let result = ''
  for (const char of characters(text)) {
    if (isUpper(char) || isTitle(char)) {
      result += lowerChar(char)
      atStart = false
    } else if (isLower(char)) {
      result += atStart ? titleChar(char) : upperChar(char)
      atStart = false
    } else {
      result += char
      atStart = isSpace(char)
    }
  }
  return result
}

function isConnector(char: string): boolean {
  return char === '-' || char === '_' || isSpace(char)
}

/**
 * `some-words` as `SomeWords`. Connectors at either end stay; of several in the middle all but one stay. A run of capitals at the start
 * of a word becomes small behind its first letter.
 */
export function camelCase(text: string): string {
  const chars = characters(text)
  const end = chars.length
  let index = chars.findIndex((char) => !isConnector(char))
  // Sprig writes the last character twice when there are connectors only.
  if (index < 0) return end === 0 ? '' : text + (chars[end - 1] ?? '')
  let result = chars.slice(0, index).join('')
  while (index < end) {
    const word = wordEnd(chars, index)
    result += capitalized(chars.slice(index, word))
    let next = word
    while (next < end && isConnector(chars[next] ?? '')) next++
    result += chars.slice(word, next === end ? next : next - 1).join('')
    index = next
  }
  return result
}

function wordEnd(chars: readonly string[], start: number): number {
  let end = start
  while (end < chars.length && !isConnector(chars[end] ?? '')) end++
  return end
}

function capitalized(word: readonly string[]): string {
  let capitals = 0
  while (capitals < word.length && isUpper(word[capitals] ?? '')) capitals++
  return word.map((char, index) => (index === 0 ? upperChar(char) : index < capitals ? lowerChar(char) : char)).join('')
}

/** Small letters with `connector` between the words, which capitals, connectors and numbers in front of small letters begin. */
export function joinWords(text: string, connector: string): string {
  const chars = characters(text)
  let result = ''
  let index = 0
  // Whether a connector is due in front of the next letter or digit.
  let afterWord = false
  while (index < chars.length) {
    const char = chars[index] ?? ''
    if (isConnector(char)) {
      result += connector
      afterWord = false
      index++
      continue
    }
    if (isPunctuation(char)) {
      // Dashes and low lines within punctuation belong to it.
      const end = runEnd(chars, index, isPunctuation)
      result += chars.slice(index, end).join('')
      afterWord = false
      index = end
      continue
    }
    const end = lowerWordEnd(chars, index)
    if (afterWord) result += connector
    result += chars
      .slice(index, end)
      .map((each) => (isUpper(each) ? lowerChar(each) : each))
      .join('')
    afterWord = true
    index = end
  }
  return result
}

/** Where the word that begins at `index` ends. */
function lowerWordEnd(chars: readonly string[], index: number): number {
  const char = chars[index] ?? ''
  if (isNumber(char)) return runEnd(chars, index, (each) => isNumber(each) || isSmall(each))
  let end = index
  if (isUpper(char)) {
    end = runEnd(chars, index, isUpper)
    // The last of several capitals in front of a small letter begins the next word.
    if (end < chars.length && isSmall(chars[end] ?? '')) {
      if (end - index > 1) return end - 1
      end = runEnd(chars, end, isSmall)
    }
  } else end = runEnd(chars, index, isSmall(char) ? isSmall : isSymbol)
  const digits = runEnd(chars, end, isNumber)
  return digits < chars.length && isSmall(chars[digits] ?? '') ? end : digits
}

/** Symbols, marks and control characters make words of their own. */
function isSymbol(char: string): boolean {
  return !isLetter(char) && !isNumber(char) && !isPunctuation(char) && !isConnector(char)
}

function isSmall(char: string): boolean {
  return isLetter(char) && !isUpper(char)
}

function runEnd(chars: readonly string[], start: number, belongs: (char: string) => boolean): number {
  let end = start
  while (end < chars.length && belongs(chars[end] ?? '')) end++
  return end
}

export const caseFunctions: FunctionTable = {
  title: define({ params: ['string'], call: title }),
  untitle: define({ params: ['string'], call: untitle }),
  swapcase: define({ params: ['string'], call: swapCase }),
  camelcase: counted(define({ params: ['string'], call: camelCase })),
  snakecase: counted(define({ params: ['string'], call: (text) => joinWords(text, '_') })),
  kebabcase: counted(define({ params: ['string'], call: (text) => joinWords(text, '-') })),
}
