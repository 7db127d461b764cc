/** One parameter of a query string. `text` is the parameter as it was sent, with or without `=`. */
export interface QueryParameter {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

/** Splits a query string (without `?`). Nothing is decoded: CloudFront compares and forwards it as sent. */
export function parseQueryString(query: string): QueryParameter[] {
  return query
    .split('&')
    .filter((text) => text !== '')
    .map((text) => {
      const equals = text.indexOf('=');
      return equals < 0
        ? { name: text, value: '', text }
        : { name: text.slice(0, equals), value: text.slice(equals + 1), text };
    });
}

/** The query parameters, headers or cookies that a policy includes. Names of headers are lower case. */
export type Selection =
  | { readonly take: 'none' }
  | { readonly take: 'all' }
  | { readonly take: 'only'; readonly names: ReadonlySet<string> }
  | { readonly take: 'all-except'; readonly names: ReadonlySet<string> };

export function selects(selection: Selection, name: string): boolean {
  switch (selection.take) {
    case 'none':
      return false;
    case 'all':
      return true;
    case 'only':
      return selection.names.has(name);
    case 'all-except':
      return !selection.names.has(name);
  }
}

/** The parameters that any of the selections includes, in the order they were sent. */
export function selectQuery(query: string, ...selections: Selection[]): string {
  return parseQueryString(query)
    .filter(({ name }) => selections.some((selection) => selects(selection, name)))
    .map(({ text }) => text)
    .join('&');
}

/**
 * Escapes characters that are invalid in a query (spaces, controls, quotes, angle brackets, `#`, anything outside
 * ASCII). Existing escapes stay unchanged.
 */
export function escapeQuery(text: string): string {
  return text.replace(/[^\x21-\x7e]|["<>#`{}|\\^]/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
