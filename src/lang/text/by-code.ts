/** A function for each code of a union of faults, which takes the faults of that code. */
export type ByCode<F extends { readonly code: string }, R> = {
  readonly [C in F['code']]: (fault: Extract<F, { readonly code: C }>) => R
}

/** Calls the table's function for a fault. */
export function byCode<F extends { readonly code: string }, R>(table: ByCode<F, R>, fault: F): R {
  // By the table's type the function at a code takes the faults of that code, but the compiler can't infer that.
  const make = table[fault.code as F['code']] as (fault: F) => R
  return make(fault)
}
