/** One parameter of a query string; `text` is how it was written, with its `=` where it had one. */
export interface QueryParameter {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

/** Splits a query string (without `?`) and decodes nothing: CloudFront compares and forwards it as sent. */
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

/** Which query parameters, headers or cookies a policy takes. Names of headers are lower case. */
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

/** The parameters that any of the selections takes, in the order they were sent. */
export function selectQuery(query: string, ...selections: Selection[]): string {
  return parseQueryString(query)
    .filter(({ name }) => selections.some((selection) => selects(selection, name)))
    .map(({ text }) => text)
    .join('&');
}

/**
 * Escapes what may not stand in a query (spaces, controls, quotes, angle brackets, `#`, anything outside ASCII)
 * and leaves the rest, escapes included, as it is.
 */
export function escapeQuery(text: string): string {
  return text.replace(/[^\x21-\x7e]|["<>#`{}|\\^]/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
