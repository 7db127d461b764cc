/**
 * Facts read from the bytes at ingest. They are named here alone: a new fact is added here, in the reader of the files
 * that have it, and in the schema of the API.
 */

import type { AutoQuality } from '../delivery/auto-quality.ts';
import type { Modifiers } from '../delivery/modifiers.ts';
import type { Focus } from './focus.ts';

/** Facts that only some files have. */
interface OptionalFacts extends Modifiers {
  /** Pixels, after the orientation or rotation has been applied. */
  readonly width?: number;
  readonly height?: number;
  readonly colourSpace?: string;
  readonly hasAlpha?: boolean;
  /** Of a video or sound: seconds. */
  readonly duration?: number;
  /** Of a video: degrees, clockwise, by which its stored pictures are turned when it is played. */
  readonly rotation?: 0 | 90 | 180 | 270;
  /** Of a video: pictures a second, an average of its beginning. */
  readonly frameRate?: number;
  /** As browsers name them in `codecs="…"`, or as the file does. */
  readonly videoCodec?: string;
  readonly audioCodec?: string;
  /** EXIF orientation, 1–8, as stored in the file. */
  readonly orientation?: number;
  /** A few dozen bytes that a blurred picture can be drawn from, base64: https://evanw.github.io/thumbhash/ */
  readonly thumbHash?: string;
  /** `#rrggbb`: the colour that most of the opaque pixels have. */
  readonly dominantColour?: string;
  /** For `qlt=auto`, if the company wanted it when the image was uploaded. */
  readonly autoQuality?: AutoQuality;
  /** For a large image: a smaller copy in the masters bucket (domain/delivery/reduction.ts), and its S3 version. */
  readonly reduction?: { readonly divisor: number; readonly name: string; readonly versionId: string };
  /** For a video: a small picture that a member gave it, stored like a reduction. */
  readonly poster?: { readonly name: string; readonly versionId: string };
  /** For an image. It is served, so another one makes a new version. */
  readonly focus?: Focus;
  /**
   * For an image that is delivered as a rendition (HEIC, BMP, PSD): MIME type and bytes of the uploaded file. The other facts are
   * those of the rendition. The original is another S3 version of the master.
   */
  readonly originalType?: string;
  readonly originalBytes?: number;
  readonly originalVersionId?: string;
  /**
   * SHA-256 of the uploaded file, Base64. With `sha256PartBytes` it is composite: the SHA-256 of the joined SHA-256 digests
   * of its parts of that size. Missing in files that earlier releases took.
   */
  readonly sha256?: string;
  readonly sha256PartBytes?: number;
}

const optionalFacts: Readonly<Record<keyof OptionalFacts, true>> = {
  width: true,
  height: true,
  colourSpace: true,
  hasAlpha: true,
  orientation: true,
  duration: true,
  rotation: true,
  frameRate: true,
  videoCodec: true,
  audioCodec: true,
  thumbHash: true,
  dominantColour: true,
  reduction: true,
  poster: true,
  autoQuality: true,
  focus: true,
  modifier: true,
  postModifier: true,
  originalType: true,
  originalBytes: true,
  originalVersionId: true,
  sha256: true,
  sha256PartBytes: true,
};

export interface MediaFacts<Type extends string> extends OptionalFacts {
  readonly type: Type;
  readonly mimeType: string;
  readonly bytes: number;
}

const optionalNames = Object.keys(optionalFacts) as (keyof OptionalFacts)[];

export const mediaFactNames = ['type', 'mimeType', 'bytes', ...optionalNames] as const;

/** The facts that the API shows: not where the original, the reduction and the poster are stored. */
export const shownFactNames = mediaFactNames.filter(
  (name) => !['originalVersionId', 'reduction', 'poster', 'autoQuality'].includes(name),
);

/** The facts of an asset or a version, and nothing else of it. */
export function mediaFactsOf<Type extends string>(source: MediaFacts<Type>): MediaFacts<Type> {
  const known = optionalNames.filter((name) => source[name] !== undefined);
  const { type, mimeType, bytes } = source;
  return { type, mimeType, bytes, ...Object.fromEntries(known.map((name) => [name, source[name]])) };
}

/**
 * The same without those of an original, of the uploaded file and of the look, and without modifiers: an image derived from a
 * rendition has no original, looks different, and has modifiers of its own.
 */
export function derivedFactsOf<Type extends string>(source: MediaFacts<Type>): MediaFacts<Type> {
  const {
    originalType: _type,
    originalBytes: _bytes,
    originalVersionId: _version,
    thumbHash: _hash,
    dominantColour: _colour,
    reduction: _reduction,
    sha256: _sha256,
    sha256PartBytes: _partBytes,
    modifier: _modifier,
    postModifier: _postModifier,
    ...facts
  } = mediaFactsOf(source);
  return facts;
}

/** An asset without the facts that other bytes may not have. */
export function withoutOptionalFacts<Source extends OptionalFacts>(
  source: Source,
): Omit<Source, keyof OptionalFacts> {
  const kept = Object.entries(source).filter(([name]) => !(name in optionalFacts));
  return Object.fromEntries(kept) as Omit<Source, keyof OptionalFacts>;
}
