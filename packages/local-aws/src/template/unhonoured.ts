import type { CloudServices } from '../cloud-services.ts';
import type { Properties } from '../resources/resource.ts';

/** What the template asks for and the local cloud does not do: types, and of each the paths or words, in order. */
export type Unhonoured = ReadonlyMap<string, ReadonlySet<string>>;

const shelf = 'not honoured';

/** Everything noted up to now. */
export function notedUnhonoured(services: Pick<CloudServices, 'shared'>): Unhonoured {
  return notes(services);
}

/**
 * Notes once that something is not honoured: for what a resource finds out by itself, beyond its `honours`.
 * @param what a property's path, with a few words where a part of it is left out
 */
export function noteUnhonoured(services: Pick<CloudServices, 'shared'>, type: string, what: string): void {
  const all = notes(services);
  all.set(type, (all.get(type) ?? new Set()).add(what));
}

/**
 * The properties of a resource that its `honours` does not cover, by dotted path; items of lists share a path.
 * An entry of `honours` covers all below it.
 */
export function unhonouredPaths(properties: Properties, honours: readonly string[]): string[] {
  const found = new Set<string>();
  const walk = (value: unknown, path: string): void => {
    if (honours.some((entry) => path === entry || path.startsWith(`${entry}.`))) return;
    if (path !== '' && !honours.some((entry) => entry.startsWith(`${path}.`))) {
      found.add(path);
      return;
    }
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item !== 'object' || item === null) continue;
      for (const [key, child] of Object.entries(item)) walk(child, path === '' ? key : `${path}.${key}`);
    }
  };
  walk(properties, '');
  return [...found];
}

function notes(services: Pick<CloudServices, 'shared'>): Map<string, Set<string>> {
  return services.shared(shelf, () => new Map<string, Set<string>>());
}
