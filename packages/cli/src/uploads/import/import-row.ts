import type { OperationBody } from '@pressroom/client/create-client';

/** What a file of another system says about one thing, in the words of this one. */
export type ImportRow = AssetRow | SetRow | PresetRow | UnusableRow;

interface Common {
  /** As spreadsheets number it: the header is row 1. In XML: the number of the asset, from 1. */
  readonly row: number;
  /** Id of an asset or set, name of a preset; empty if the file has none. */
  readonly id: string;
}

/**
 * - `yes`: is to be live
 * - `no`: is not to be live: jobs leave it out until a person publishes it
 * - `wait`: waits for the next publish job
 */
export type PublishWish = 'yes' | 'no' | 'wait';

/** Texts by the columns of a table of metadata: `title`, `keywords`, `fields.sku`. */
export type MetadataCells = Readonly<Record<string, string>>;

export interface AssetRow extends Common {
  readonly kind: 'asset';
  /** Path below the folder or bucket of the files, with slashes. Missing: there is no file, the asset has to exist. */
  readonly file?: string;
  /** In the library, with a slash at both ends. */
  readonly folder: string;
  readonly publish: PublishWish;
  readonly metadata: MetadataCells;
  /** Image commands of every address of the image: those that an address replaces, and those that it cannot. */
  readonly modifier?: string;
  readonly postModifier?: string;
}

export type NewSet = OperationBody<'createSet'>;

export interface SetRow extends Common {
  readonly kind: 'set';
  readonly type: NewSet['type'];
  readonly folder: string;
  readonly members: NewSet['members'];
  readonly publish: PublishWish;
  readonly metadata: MetadataCells;
}

export interface PresetRow extends Common {
  readonly kind: 'preset';
  /** Image commands. */
  readonly commands: string;
}

/** Cannot be imported. */
export interface UnusableRow extends Common {
  /** `wrong`: somebody has to correct it; `left-out`: it is not for this system. */
  readonly kind: 'wrong' | 'left-out';
  readonly message: string;
}

/** Reads the rows of a file, each time from its beginning: a file of any size is never in memory. */
export type ReadRows = () => AsyncGenerator<ImportRow, void, undefined>;
