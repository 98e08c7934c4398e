/** Something for each code of a union of faults, made from the data that faults of this code have. */
export type ByCode<F extends { readonly code: string }, R> = {
  readonly [C in F['code']]: (fault: Extract<F, { readonly code: C }>) => R
}

/** What the table has for a fault. */
export function byCode<F extends { readonly code: string }, R>(table: ByCode<F, R>, fault: F): R {
  // The table's type says that what stands at a code takes the faults of that code; the compiler can't follow.
  const make = table[fault.code as F['code']] as (fault: F) => R
  return make(fault)
}
