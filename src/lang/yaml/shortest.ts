/**
 * The shortest decimal form of a finite float64 that reads back the same, with an exponent of at least two digits if it is
 * below 1e-4 or from 1e6 (`1.5`, `1e-07`, `1.2345675e+06`): used for floats in written YAML and for keys that were floats.
 */
export function shortestFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 6) return String(value)
  const magnitude = String(Math.abs(exponent)).padStart(2, '0')
  return `${digits}e${exponent < 0 ? '-' : '+'}${magnitude}`
}
