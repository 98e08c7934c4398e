/** Go's complex128. Documents have none; a template can write one: `1+2i`. */
export class Complex {
  readonly real: number
  readonly imag: number

  constructor(real: number, imag: number) {
    this.real = real
    this.imag = imag
  }

  equals(other: Complex): boolean {
    return this.real === other.real && this.imag === other.imag
  }
}
