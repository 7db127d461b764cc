/**
 * Facts read from the bytes at ingest. They are named here alone: a new fact is added here, in the reader of the files
 * that have it, and in the schema of the API.
 */

/** Facts that only some files have. */
interface OptionalFacts {
  /** Pixels, after the orientation has been applied. */
  readonly width?: number;
  readonly height?: number;
  readonly colourSpace?: string;
  readonly hasAlpha?: boolean;
  /** EXIF orientation, 1–8, as stored in the file. */
  readonly orientation?: number;
}

const optionalFacts: Readonly<Record<keyof OptionalFacts, true>> = {
  width: true,
  height: true,
  colourSpace: true,
  hasAlpha: true,
  orientation: true,
};

export interface MediaFacts<Type extends string> extends OptionalFacts {
  readonly type: Type;
  readonly mimeType: string;
  readonly bytes: number;
}

const optionalNames = Object.keys(optionalFacts) as (keyof OptionalFacts)[];

export const mediaFactNames = ['type', 'mimeType', 'bytes', ...optionalNames] as const;

/** The facts of an asset or a version, and nothing else of it. */
export function mediaFactsOf<Type extends string>(source: MediaFacts<Type>): MediaFacts<Type> {
  const known = optionalNames.filter((name) => source[name] !== undefined);
  const { type, mimeType, bytes } = source;
  return { type, mimeType, bytes, ...Object.fromEntries(known.map((name) => [name, source[name]])) };
}

/** An asset without the facts that other bytes may not have. */
export function withoutOptionalFacts<Source extends OptionalFacts>(
  source: Source,
): Omit<Source, keyof OptionalFacts> {
  const kept = Object.entries(source).filter(([name]) => !(name in optionalFacts));
  return Object.fromEntries(kept) as Omit<Source, keyof OptionalFacts>;
}
