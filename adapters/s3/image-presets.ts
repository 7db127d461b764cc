import type { S3Client } from '@aws-sdk/client-s3';
import type { ImagePreset } from '../../domain/delivery/image-preset.ts';
import { Failure } from '../../domain/failure.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { textObjects } from './text-objects.ts';

/** The image presets of companies, one object each. The image server reads the same object. */
export interface ImagePresetStore {
  listImagePresets(company: string): Promise<readonly ImagePreset[]>;
  /**
   * Changes the presets. Two admins who change different presets do not undo each other.
   * @param change is called again if the object was changed meanwhile
   * @returns what `change` returned
   * @throws Failure `storage.busy`
   */
  changeImagePresets<Result>(
    company: string,
    change: (presets: readonly ImagePreset[]) => {
      readonly presets: readonly ImagePreset[];
      readonly result: Result;
    },
  ): Promise<Result>;
}

/** The key of a company's presets. No asset has it, since no id contains a slash. */
export function imagePresetsKey(company: string): string {
  return `${company}/settings/image-presets.json`;
}

/** @param text of the object */
export function readImagePresets(text: string): readonly ImagePreset[] {
  return (JSON.parse(text) as { readonly presets: readonly ImagePreset[] }).presets;
}

/** @param bucket that of the masters: it keeps versions, and is the one that is backed up */
export function imagePresetStore(s3: S3Client, bucket: string): ImagePresetStore {
  const objects = textObjects(s3, bucket);
  return {
    async listImagePresets(company) {
      const found = await objects.find(imagePresetsKey(company));
      return found ? readImagePresets(found.text) : [];
    },

    changeImagePresets(company, change) {
      return untilUnchanged(
        async () => {
          const before = await objects.find(imagePresetsKey(company));
          const { presets, result } = change(before ? readImagePresets(before.text) : []);
          const written = await objects.putUnchanged(
            imagePresetsKey(company),
            JSON.stringify({ presets }),
            'application/json',
            before,
          );
          return written ? result : changedMeanwhile;
        },
        () => new Failure('storage.busy', 'The presets keep changing; try again in a moment'),
      );
    },
  };
}
