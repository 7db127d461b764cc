import type { NewSet } from './import-row.ts';

type Member = NewSet['members'][number];

/**
 * The members in a set definition of Dynamic Media Classic. Members are separated by commas, and the values of a member by
 * semicolons: the asset, then its swatch or thumbnail. Braces around members make the rows of a spin set. Assets are
 * `company/id`, or functions such as `${getCatalogId([handle])}`, which name them by their handles. Source: the pages of
 * Adobe about createAssetSet and catalog::ImageSet.
 * @param idOf the id of the asset with a handle
 * @returns undefined if the definition names a handle that the file does not have, or cannot be read
 */
export function membersOfDefinition(
  definition: string,
  type: NewSet['type'],
  idOf: (handle: string) => string | undefined,
): Member[] | { readonly problem: string } {
  let unknown: string | undefined;
  const resolved = definition.replace(
    /\$\{\s*(\w+)\s*\(\s*\[([^\]]*)\]([^}]*)\)\s*\}/g,
    (_, name: string, handle: string) => {
      // The value of a metadata field is no asset.
      if (/^getMetaData$/i.test(name)) return '';
      const id = idOf(handle.replace(/\s/g, ''));
      if (id === undefined) unknown ??= handle;
      return id ?? '';
    },
  );
  if (unknown !== undefined) return { problem: `the file has no asset with the handle ${unknown}` };
  if (resolved.includes('${')) return { problem: `the set definition ${definition} cannot be read` };
  const groups = [...resolved.matchAll(/\{([^{}]*)\}/g)].map(([, inner = '']) => inner);
  // Braces also stand around a whole definition.
  const rows = groups.length > 0 ? groups : [resolved];
  return rows.flatMap((row, index) =>
    row.split(',').flatMap((text): Member[] => {
      const [first = '', second = ''] = text.split(';');
      const id = idInReference(first);
      if (id === '') return [];
      const swatch = swatchOf(second, id, type);
      return [
        {
          id,
          ...(swatch === undefined ? {} : { swatch }),
          ...(groups.length > 1 && type === 'spin-set' ? { row: index } : {}),
        },
      ];
    }),
  );
}

/** `company/id` → `id`; a path of a file loses its extension, as its asset does. */
function idInReference(text: string): string {
  const reference = text.trim();
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  // A catalog id has one slash; a path has more, and a name with an extension.
  return reference.split('/').length > 2 ? name.replace(/(?<=.)\.[^.]*$/, '') : name;
}

function swatchOf(text: string, id: string, type: NewSet['type']): Member['swatch'] {
  const hasSwatches = ['image-set', 'swatch-set', 'mixed-media-set'].includes(type);
  const value = text.trim();
  if (!hasSwatches || value === '') return type === 'swatch-set' ? { id } : undefined;
  const [, color] = /^(?:#|0x)([0-9a-f]{6})$/i.exec(value) ?? [];
  if (color !== undefined) return { color: color.toLowerCase() };
  const swatch = idInReference(value);
  return swatch === id && type !== 'swatch-set' ? undefined : { id: swatch };
}
