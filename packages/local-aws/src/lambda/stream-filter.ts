/**
 * Event filters of Lambda, as far as the local cloud knows them: nested properties, whole values and `prefix`.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export type StreamFilter = { readonly [property: string]: StreamFilter | readonly FilterRule[] };
type FilterRule = string | { readonly prefix: string };

/** @throws Error for a rule that the local cloud does not know */
export function parseFilter(pattern: string): StreamFilter {
  const parsed: unknown = JSON.parse(pattern);
  check(parsed, 'the pattern');
  return parsed as StreamFilter;
}

function check(value: unknown, place: string): void {
  if (Array.isArray(value)) {
    for (const rule of value as unknown[]) {
      const isPrefix =
        typeof rule === 'object' &&
        rule !== null &&
        Object.keys(rule).join() === 'prefix' &&
        typeof (rule as { prefix: unknown }).prefix === 'string';
      if (typeof rule !== 'string' && !isPrefix)
        throw new Error(`The local cloud does not know the filter rule ${JSON.stringify(rule)} of ${place}`);
    }
    return;
  }
  if (typeof value !== 'object' || value === null)
    throw new Error(`${place} of a filter must be an object or a list of rules`);
  for (const [name, inner] of Object.entries(value)) check(inner, name);
}

/** Whether one of the filters matches, or there is none. */
export function matchesFilters(record: unknown, filters: readonly StreamFilter[]): boolean {
  return filters.length === 0 || filters.some((filter) => matches(record, filter));
}

function matches(value: unknown, filter: StreamFilter): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(filter).every(([name, inner]) => {
    const found = (value as Record<string, unknown>)[name];
    if (!Array.isArray(inner)) return matches(found, inner as StreamFilter);
    return (inner as readonly FilterRule[]).some((rule) =>
      typeof rule === 'string' ? found === rule : typeof found === 'string' && found.startsWith(rule.prefix),
    );
  });
}
