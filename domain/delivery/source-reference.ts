import { readDeliveryPath } from './delivery-path.ts';

/** The text of a reference in its parts. */
export interface SourceText {
  readonly company?: string;
  readonly id: string;
  /** The query of a nested request. */
  readonly query?: string;
}

/**
 * Reads the canonical value of `src` or `mask`: `id`, `company/id`, or `is{company/id?commands}`.
 * @param text percent-decoded
 * @returns undefined if no image can have this name
 */
export function readSourceText(text: string): SourceText | undefined {
  const nested = /^is\{([^?]*)\?(.*)\}$/s.exec(text);
  const [name = '', company] = (nested?.[1] ?? text).split('/').reverse();
  if (name.includes('%') || text.split('?')[0]?.split('/').length !== (company === undefined ? 1 : 2))
    return undefined;
  // The rules of delivery addresses, whose company may not be missing.
  const path = readDeliveryPath(`/is/image/${company ?? 'x'}/${encodeURIComponent(name.toWellFormed())}`);
  if (typeof path !== 'object') return undefined;
  return {
    ...(company !== undefined && { company }),
    id: path.id.normalize('NFC'),
    ...(nested && { query: nested[2] ?? '' }),
  };
}

/** The name of the file of a reference, among all files. @param company that of the request */
export function sourceKey({ company, id }: Pick<SourceText, 'company' | 'id'>, own: string): string {
  return `${company ?? own}/${id}`;
}

/** The value of a reference to a nested request, as {@link readSourceText} reads it. */
export function printSourceText({ company, id, query }: SourceText): string {
  const name = company === undefined ? id : `${company}/${id}`;
  return query === undefined ? name : `is{${name}?${query}}`;
}
