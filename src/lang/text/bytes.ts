const units: readonly (readonly [number, string])[] = [
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
]

/** A number of bytes for a message, always exact: `6 MiB`, `64 KiB`, `200000 bytes`. */
export function bytesText(bytes: number): string {
  const [size, unit] = units.find(([size]) => bytes >= size && bytes % size === 0) ?? [1, 'bytes']
  return `${bytes / size} ${unit}`
}
