import type { OpenedOriginObject } from '../../adapters/s3/origin-object.ts';
import type { SourceFile } from '../../adapters/sharp/transform-image.ts';
import { isLayered } from '../../domain/delivery/is-layered.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';
import { parseImageCommand } from '../../domain/delivery/parse-image-command.ts';
import { maxSourceBytes, maxSources } from '../../domain/delivery/pixel-budgets.ts';
import { layersOf } from '../../domain/delivery/plan-layers.ts';
import type { ImageCommand } from '../../domain/delivery/read-image-query.ts';
import { sourceKey } from '../../domain/delivery/source-reference.ts';
import { maxFontBytes } from '../../domain/delivery/text-layer.ts';
import { Failure } from '../../domain/failure.ts';

/** An image that a layer uses: opened, and not read yet. */
export interface OpenedSource {
  readonly company: string;
  /** Each id under which it was found: a renamed image has two. */
  readonly ids: readonly string[];
  readonly object: OpenedOriginObject;
}

/** The images that the layers and nested requests of a request use, by the keys of source-reference.ts. */
export type OpenedSources = ReadonlyMap<string, OpenedSource>;

/**
 * Opens the images of the layers and nested requests of a command, each once. Costs one GET each; two for a renamed one.
 * @throws Failure `delivery.not-found` that names an image that is not published; `image.invalid-argument` or `image.too-large` for
 * wrong layers, too many images, or images with too many bytes
 */
export async function openSources(
  company: string,
  command: ImageCommand,
  openObject: (key: string) => Promise<OpenedOriginObject | undefined>,
): Promise<OpenedSources> {
  const references = referencesIn(company, command);
  if (references.size > maxSources) {
    throw new Failure(
      'image.invalid-argument',
      `src: the layers and nested requests use ${references.size} images; at most ${maxSources} are allowed`,
    );
  }
  const opening = [...references].map(
    async ([key, named]) => [key, await openSource(named, openObject)] as const,
  );
  const settled = await Promise.allSettled(opening);
  const opened = new Map(settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
  const failed = settled.find((one) => one.status === 'rejected');
  const bytes = [...opened.values()].reduce((sum, { object }) => sum + object.bytes, 0);
  if (failed || bytes > maxSourceBytes) {
    discardSources(opened);
    throw failed ? failed.reason : tooManyBytes(bytes);
  }
  return opened;
}

/** Closes what was not read. */
export function discardSources(sources: OpenedSources): void {
  for (const { object } of sources.values()) object.discard();
}

/** Reads all images, one after the other. @throws Failure `storage.busy` if the connection breaks */
export async function readSources(sources: OpenedSources): Promise<ReadonlyMap<string, SourceFile>> {
  const files = new Map<string, SourceFile>();
  for (const [key, { object }] of sources) {
    const recipe = object.recipe === undefined ? undefined : parseImageCommand(object.recipe);
    files.set(key, { bytes: await object.read(), recipe, focus: object.focus });
  }
  return files;
}

interface NamedSource {
  readonly company: string;
  readonly id: string;
  readonly type: 'image' | 'font';
}

/** The named images, each once. @throws Failure for wrong layers */
function referencesIn(
  company: string,
  command: ImageCommand,
  found = new Map<string, NamedSource>(),
): typeof found {
  if (!isLayered(command)) return found;
  for (const { src, mask, text, font } of layersOf(command)) {
    for (const reference of [src, mask, text ? font : undefined]) {
      if (!reference) continue;
      const owner = reference.company ?? company;
      const type = reference === font ? 'font' : 'image';
      const key = sourceKey(reference, company);
      if (found.has(key) && found.get(key)?.type !== type) throw notOfType(key, 'image');
      found.set(key, { company: owner, id: reference.id, type });
      if (reference.command) referencesIn(owner, reference.command, found);
    }
  }
  return found;
}

async function openSource(
  { company, id, type }: NamedSource,
  openObject: (key: string) => Promise<OpenedOriginObject | undefined>,
): Promise<OpenedSource> {
  const open = (named: string) =>
    openObject(originKey('image-serving', { company, id: named, type, folder: '/', fileName: '' }));
  const ids = [id];
  let object = await open(id);
  if (object?.redirect !== undefined) {
    object.discard();
    ids.push(object.redirect);
    object = await open(object.redirect);
  }
  if (!object || object.redirect !== undefined) {
    object?.discard();
    throw new Failure(
      'delivery.not-found',
      `${commandOf(type)}: there is no published ${type} ${company}/${id}`,
    );
  }
  if (type === 'font' && (object.type !== 'font' || object.bytes > maxFontBytes)) {
    object.discard();
    throw object.type === 'font' ? fontTooLarge(id, object.bytes) : notOfType(`${company}/${id}`, 'font');
  }
  return { company, ids, object };
}

const commandOf = (type: NamedSource['type']) => (type === 'font' ? 'font' : 'src');

function notOfType(key: string, type: NamedSource['type']): Failure {
  return new Failure(
    'image.invalid-argument',
    `${commandOf(type)}: ${key} is not ${type === 'font' ? 'a font' : 'an image'}`,
  );
}

function fontTooLarge(id: string, bytes: number): Failure {
  const mebibyte = 1024 ** 2;
  return new Failure(
    'image.too-large',
    `font: ${id} has ${Math.ceil(bytes / mebibyte)} MiB; at most ${maxFontBytes / mebibyte} MiB are allowed for text`,
  );
}

function tooManyBytes(bytes: number): Failure {
  const mebibyte = 1024 ** 2;
  return new Failure(
    'image.too-large',
    `The images of all layers have ${Math.ceil(bytes / mebibyte)} MiB; at most ${maxSourceBytes / mebibyte} MiB are allowed`,
  );
}
