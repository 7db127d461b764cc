import type { CloudServices } from '../cloud-services.ts';
import type { Properties } from '../resources/resource.ts';

/** What the template asks for and the local cloud does not do: paths of properties by resource type, in order. */
export type Unhonoured = ReadonlyMap<string, ReadonlySet<string>>;

const sharedName = 'not honoured';

/** Everything noted so far. */
export function notedUnhonoured(services: Pick<CloudServices, 'shared'>): Unhonoured {
  return notes(services);
}

/**
 * Notes once that a property is not honoured. Resource types call it for what their `honours` cannot express.
 * @param what path of the property, followed by a few words if only a part of it is left out
 */
export function noteUnhonoured(services: Pick<CloudServices, 'shared'>, type: string, what: string): void {
  const all = notes(services);
  all.set(type, (all.get(type) ?? new Set()).add(what));
}

/**
 * The properties of a resource that its `honours` does not cover, as dotted paths; items of lists share a path.
 * An entry of `honours` covers everything below it.
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
  return services.shared(sharedName, () => new Map<string, Set<string>>());
}
