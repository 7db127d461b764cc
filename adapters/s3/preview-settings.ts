import type { S3Client } from '@aws-sdk/client-s3';
import { Failure } from '../../domain/failure.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import type { PreviewKey } from '../tokens/preview-tokens.ts';
import { readFailure } from './origin-object.ts';
import { type TaggedText, textObjects } from './text-objects.ts';

/** What decides which previews of a company are valid: one object in the masters bucket. */
export interface PreviewSettings extends PreviewKey {
  /** Single revocations: the signature, and when the token expires in seconds since 1970. */
  readonly revoked: readonly (readonly [signature: string, expires: number])[];
}

/** Milliseconds that an environment relies on what it has read: a revoked preview fails after as long at the latest. */
export const previewSettingsMs = 30_000;

/** Milliseconds between two reads because of tokens that claim a newer key: such a token can be made up. */
const minReadMs = 1_000;

/** Companies whose settings stay in memory. */
const maxKept = 1_000;

/** The key of a company's object. No asset has it, since no id contains a slash. */
export function previewSettingsKey(company: string): string {
  return `${company}/settings/preview.json`;
}

function parse(text: string): PreviewSettings {
  const { generation, key, revoked } = JSON.parse(text) as {
    generation: number;
    key: string;
    revoked: PreviewSettings['revoked'];
  };
  return { generation, key: Uint8Array.from(Buffer.from(key, 'base64')), revoked };
}

function print({ generation, key, revoked }: PreviewSettings): string {
  return JSON.stringify({ generation, key: Buffer.from(key).toString('base64'), revoked });
}

export interface PreviewSettingsReader {
  /**
   * The settings, at most 30 seconds old: a GET if they are older.
   * @param generation of the key that a token claims; if it is newer than the known one, the object is read again
   * @returns undefined if the company has never had a preview
   * @throws Failure `storage.busy`
   */
  readPreviewSettings(company: string, generation?: number): Promise<PreviewSettings | undefined>;
}

export interface PreviewSettingsStore extends PreviewSettingsReader {
  /** The settings; the first call for a company makes its key. @throws Failure `storage.busy` */
  ensurePreviewSettings(company: string): Promise<PreviewSettings>;
  /**
   * Changes the settings. Two changes at the same time do not undo each other.
   * @param change is called again if the object was changed meanwhile
   * @throws Failure `storage.busy`
   */
  changePreviewSettings(
    company: string,
    change: (settings: PreviewSettings) => PreviewSettings,
  ): Promise<PreviewSettings>;
}

/**
 * The key is kept beside the masters: whoever may read the object may read every master, which is all that a preview shows.
 * It is in no template, and deployments do not change it.
 * @param bucket that of the masters
 * @param clock milliseconds since 1970
 */
export function previewSettingsReader(
  s3: () => S3Client,
  bucket: string,
  clock: () => number,
): PreviewSettingsReader & { keep(company: string, settings: PreviewSettings): void } {
  const kept = new Map<string, { readonly at: number; readonly settings: PreviewSettings }>();
  const keep = (company: string, settings: PreviewSettings) => {
    kept.delete(company);
    kept.set(company, { at: clock(), settings });
    if (kept.size > maxKept) kept.delete(kept.keys().next().value ?? '');
  };
  return {
    keep,
    async readPreviewSettings(company, generation = 0) {
      const known = kept.get(company);
      const age = known ? clock() - known.at : Number.POSITIVE_INFINITY;
      const isEnough = known && (generation <= known.settings.generation || age < minReadMs);
      if (isEnough && age < previewSettingsMs) return known.settings;
      let found: TaggedText | undefined;
      try {
        found = await textObjects(s3(), bucket).find(previewSettingsKey(company));
      } catch (error) {
        throw readFailure(error);
      }
      // Not kept: the first preview of a company is valid at once.
      if (!found) return undefined;
      const settings = parse(found.text);
      keep(company, settings);
      return settings;
    },
  };
}

/** @param randomBytes for new keys */
export function previewSettingsStore(
  s3: S3Client,
  bucket: string,
  randomBytes: (count: number) => Uint8Array,
  clock: () => number,
): PreviewSettingsStore {
  const objects = textObjects(s3, bucket);
  const reader = previewSettingsReader(() => s3, bucket, clock);
  const newKey = () => randomBytes(32);

  const change: PreviewSettingsStore['changePreviewSettings'] = (company, decide) =>
    untilUnchanged(
      async () => {
        const key = previewSettingsKey(company);
        const before = await objects.find(key);
        const settings = decide(before ? parse(before.text) : { generation: 1, key: newKey(), revoked: [] });
        if (!(await objects.putUnchanged(key, print(settings), 'application/json', before)))
          return changedMeanwhile;
        reader.keep(company, settings);
        return settings;
      },
      () => new Failure('storage.busy', 'The previews keep changing; try again in a moment'),
    );

  return {
    readPreviewSettings: reader.readPreviewSettings,
    changePreviewSettings: change,
    ensurePreviewSettings: async (company) =>
      (await reader.readPreviewSettings(company)) ?? (await change(company, (settings) => settings)),
  };
}

/** The same settings with another key: every preview of the company that exists becomes invalid. */
export function withAllRevoked(settings: PreviewSettings, key: Uint8Array): PreviewSettings {
  return { generation: settings.generation + 1, key, revoked: [] };
}

/** Single revocations that a company can have at a time. Expired ones do not count. */
export const maxRevoked = 1_000;

/**
 * The same settings with one preview revoked.
 * @param now seconds since 1970
 * @throws Failure `preview.refused` if too many are revoked already
 */
export function withRevoked(
  settings: PreviewSettings,
  signature: string,
  expires: number,
  now: number,
): PreviewSettings {
  const revoked = settings.revoked.filter(([other, until]) => until > now && other !== signature);
  if (revoked.length >= maxRevoked) {
    throw new Failure(
      'preview.refused',
      `${maxRevoked} single previews are revoked and have not expired yet; revoke all previews instead`,
    );
  }
  return { ...settings, revoked: [...revoked, [signature, expires]] };
}

/** @param signature of a token */
export function isRevoked({ revoked }: PreviewSettings, signature: string): boolean {
  return revoked.some(([other]) => other === signature);
}
