/** What viewers show, in the shape of the delivery's `req=set,json2`. Pages can also give it themselves. */

export interface Swatch {
  /** Address of a small image. */
  readonly url?: string | undefined;
  /** Six hexadecimal digits. */
  readonly color?: string | undefined;
  readonly label?: string | undefined;
}

export interface MediaItem {
  readonly id: string;
  /** The type of the asset: `image`, `spin-set`, `video` and so on. */
  readonly type: string;
  /** Address of an image without image commands, or of a file. Missing for sets. */
  readonly url?: string | undefined;
  /** Pixels. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly label?: string | undefined;
  /** Row of a spin set with two dimensions, from 0. */
  readonly row?: number | undefined;
  readonly swatch?: Swatch | undefined;
  /** Members, if the item is a set. */
  readonly items?: readonly MediaItem[] | undefined;
}

/** A response that is no success. */
export class MediaError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads what is published under the ids.
 * @param server address of the image server: `https://cdn.example.com/is/image/`
 * @param assets `company/id`; several of them, with commas between, are shown as one set
 * @throws MediaError with the status of the response
 */
export async function readMedia(server: string, assets: string, signal: AbortSignal): Promise<MediaItem> {
  const names = assets.split(',').map((name) => name.trim());
  const found = await Promise.all(names.map((name) => readAsset(server, name, signal)));
  const [first] = found;
  if (found.length === 1 && first) return first;
  return {
    id: assets,
    type: 'image-set',
    items: found.flatMap((one) => (isSet(one) ? itemsOf(one) : [one])),
  };
}

async function readAsset(server: string, name: string, signal: AbortSignal): Promise<MediaItem> {
  const path = name.split('/').map(encodeURIComponent).join('/');
  return resolved(await readJson<MediaItem>(`${server}${path}?req=set,json2`, signal), server);
}

/** @throws MediaError */
export async function readJson<T>(url: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(url, { signal, credentials: 'omit' });
  if (!response.ok) throw new MediaError(`${url}: ${response.status}`, response.status);
  return (await response.json()) as T;
}

/** The addresses in a response are paths of the server that was asked. */
function resolved(item: MediaItem, server: string): MediaItem {
  const { url, swatch, items } = item;
  return {
    ...item,
    ...(url !== undefined && { url: new URL(url, server).href }),
    ...(swatch?.url !== undefined && { swatch: { ...swatch, url: new URL(swatch.url, server).href } }),
    ...(items && { items: items.map((member) => resolved(member, server)) }),
  };
}

export function isSet({ type }: MediaItem): boolean {
  return type.endsWith('set') || type === 'ecatalog' || type === 'template';
}

export function isImage({ type }: MediaItem): boolean {
  return type === 'image' || type === 'derived-image';
}

/** The members of a set; of anything else, itself. */
export function itemsOf(item: MediaItem): readonly MediaItem[] {
  return isSet(item) ? (item.items ?? []) : [item];
}

/** The images in it, in their order, those of sets in it included. */
export function imagesOf(item: MediaItem): MediaItem[] {
  if (isSet(item)) return (item.items ?? []).flatMap(imagesOf);
  return isImage(item) && item.url !== undefined ? [item] : [];
}
