import type { QueryClient } from '@tanstack/react-query';

interface Item {
  readonly id: string;
  readonly published: boolean;
}

/**
 * Shows assets as published or not before the API has responded: wherever they are in what was read, in lists and alone.
 * What is read again afterwards replaces it.
 */
export function setPublished(
  queries: QueryClient,
  company: string,
  ids: ReadonlySet<string>,
  published: boolean,
): void {
  queries.setQueriesData<unknown>({ queryKey: [company, 'assets'] }, (data: unknown) =>
    changed(data, ids, published),
  );
}

function changed(data: unknown, ids: ReadonlySet<string>, published: boolean): unknown {
  if (isItem(data)) return ids.has(data.id) && data.published !== published ? { ...data, published } : data;
  if (typeof data !== 'object' || data === null || !('items' in data) || !Array.isArray(data.items))
    return data;
  if (!data.items.some((item) => isItem(item) && ids.has(item.id))) return data;
  return { ...data, items: data.items.map((item: unknown) => changed(item, ids, published)) };
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && 'id' in value && 'published' in value;
}
