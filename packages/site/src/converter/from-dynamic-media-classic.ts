import { readImageQuery, unknownNames } from '../../../../domain/delivery/read-image-query.ts';
import { type ConvertedUrl, deliveryPathOf } from './converted-url.ts';

const product = 'Dynamic Media Classic';

/** Forms that have another address, or none. */
const others: readonly (readonly [RegExp, string])[] = [
  [/^\/is\/agm\//, 'Template documents of the /is/agm/ server are not supported.'],
  [/^\/s7viewers/, 'Viewers are not part of a delivery URL: show the same asset in a viewer of your choice.'],
  [/^\/skins\//, 'Skins of viewers are static files: upload them as files.'],
];

/** Paths, companies, ids and commands of Dynamic Media Classic are those of Pressroom. */
export function fromDynamicMediaClassic(url: URL, givenCompany?: string): ConvertedUrl | undefined {
  const other = others.find(([form]) => form.test(url.pathname));
  if (other) return { from: product, path: '', notes: [other[1]] };
  const [, form = '', company = '', id = ''] =
    /^\/(is\/image|is\/content|e2)\/([^/]+)\/(.+)$/.exec(url.pathname) ?? [];
  if (form === '') return undefined;
  const query = url.search.slice(1);
  const kind = form === 'e2' ? 'video' : form === 'is/content' ? 'content' : 'image';
  const path = `${deliveryPathOf({ kind, company: givenCompany ?? company, id })}${query === '' || kind !== 'image' ? '' : `?${query}`}`;
  return {
    from: product,
    path,
    notes: [...pathNotes(id, kind, query), ...(kind === 'image' ? queryNotes(query) : [])],
  };
}

function pathNotes(id: string, kind: string, query: string): string[] {
  return [
    ...(id.includes('/') ? [`"${id}" has a slash: an id is one name, without folders.`] : []),
    ...(kind !== 'image' && query !== ''
      ? ['Files and video have no commands: the query was left out.']
      : []),
  ];
}

function queryNotes(query: string): string[] {
  const presets = [...query.matchAll(/(?:^|&)\$([\w.-]+)\$/g)].map(([, name = '']) => name);
  const withoutPresets = query
    .split('&')
    .filter((part) => !/^\$[\w.-]+\$$/.test(part))
    .join('&');
  const { problems = [] } = readImageQuery(withoutPresets);
  const unknown = unknownNames(query);
  return [
    ...presets.map((name) => `The image preset "${name}" must exist in the company.`),
    ...problems.map(({ field, message }) => `${field}: ${message}`),
    ...(unknown.length === 0 ? [] : [`Ignored, because they are no commands: ${unknown.join(', ')}.`]),
  ];
}
