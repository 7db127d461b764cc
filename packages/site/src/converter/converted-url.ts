/** What a URL of another product becomes. */
export interface ConvertedUrl {
  /** The product that the URL is of. */
  readonly from: string;
  /** Path and query on the delivery domain. */
  readonly path: string;
  /** What differs, and what has no equivalent, as sentences. */
  readonly notes: readonly string[];
}

/** Parts of a converted URL. */
export interface ConvertedParts {
  readonly kind?: 'image' | 'content' | 'video';
  readonly company: string;
  /** Percent-encoded. */
  readonly id: string;
  /** Commands in the order in which they are written; the last one of a name counts. */
  readonly commands?: readonly (readonly [name: string, value: string])[];
}

const prefixes = { image: '/is/image', content: '/is/content', video: '/e2' } as const;

/** Puts a delivery path together. */
export function deliveryPathOf({ kind = 'image', company, id, commands = [] }: ConvertedParts): string {
  const query = [...new Map(commands)].map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  return `${prefixes[kind]}/${company}/${id}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}

/** The id that an uploaded file gets: its name without folders and extension. */
export function idOfFile(path: string): {
  readonly id: string;
  readonly extension: string;
  readonly folder: string;
} {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  const [, id = name, extension = ''] = /^(.+)\.([A-Za-z0-9]{1,5})$/.exec(name) ?? [];
  return { id, extension: extension.toLowerCase(), folder: parts.slice(0, -1).join('/') };
}

/** The `fmt` of a file's extension; '' for JPEG, which is the default, and for what is unknown. */
export function formatOfExtension(extension: string): string {
  const formats: Readonly<Record<string, string>> = {
    png: 'png-alpha',
    webp: 'webp-alpha',
    avif: 'avif-alpha',
    gif: 'gif-alpha',
    tif: 'tif',
    tiff: 'tif',
  };
  return formats[extension] ?? '';
}

/** Note about folders, which are no part of a delivery URL. */
export function folderNote(folder: string): string[] {
  return folder === ''
    ? []
    : [
        `The folder "${folder}" is no part of the address: ids are unique in a company. Two files of one name need two ids.`,
      ];
}
