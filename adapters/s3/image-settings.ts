import type { S3Client } from '@aws-sdk/client-s3';
import type { ImagePreset } from '../../domain/delivery/image-preset.ts';
import type { SavedImageSettings } from '../../domain/delivery/image-settings.ts';
import { Failure } from '../../domain/failure.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { textObjects } from './text-objects.ts';

/** What a company has set for its images: one object, which the image server reads too. */
export interface CompanyImages {
  readonly presets: readonly ImagePreset[];
  /** Missing as long as none were saved. */
  readonly settings?: SavedImageSettings;
}

/** The image presets and settings of companies. */
export interface ImageSettingsStore {
  readCompanyImages(company: string): Promise<CompanyImages>;
  /**
   * Changes presets or settings. Two admins who change different ones do not undo each other.
   * @param change is called again if the object was changed meanwhile
   * @returns what `change` returned
   * @throws Failure `storage.busy`
   */
  changeCompanyImages<Result>(
    company: string,
    change: (before: CompanyImages) => { readonly images: CompanyImages; readonly result: Result },
  ): Promise<Result>;
}

/** The key of a company's object. No asset has it, since no id contains a slash. */
export function companyImagesKey(company: string): string {
  return `${company}/settings/images.json`;
}

/** @param text of the object */
export function readCompanyImagesText(text: string): CompanyImages {
  return JSON.parse(text) as CompanyImages;
}

/** @param bucket that of the masters: it keeps versions, and is the one that is backed up */
export function imageSettingsStore(s3: S3Client, bucket: string): ImageSettingsStore {
  const objects = textObjects(s3, bucket);
  return {
    async readCompanyImages(company) {
      const found = await objects.find(companyImagesKey(company));
      return found ? readCompanyImagesText(found.text) : { presets: [] };
    },

    changeCompanyImages(company, change) {
      return untilUnchanged(
        async () => {
          const before = await objects.find(companyImagesKey(company));
          const { images, result } = change(before ? readCompanyImagesText(before.text) : { presets: [] });
          const written = await objects.putUnchanged(
            companyImagesKey(company),
            JSON.stringify(images),
            'application/json',
            before,
          );
          return written ? result : changedMeanwhile;
        },
        () => new Failure('storage.busy', 'The image settings keep changing; try again in a moment'),
      );
    },
  };
}
