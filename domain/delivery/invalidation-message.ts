/** A message in the queue of send-invalidations. */
export type InvalidationMessage =
  | { readonly company: string; readonly ids: readonly string[] }
  /** Every asset of the company: too many to name. */
  | { readonly company: string; readonly all: true };
