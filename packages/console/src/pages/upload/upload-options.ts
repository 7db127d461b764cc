import type { UploadOptions } from '@pressroom/client/upload';

/** What somebody has set on the page and in the dialog. */
export interface UploadForm {
  readonly folder: string;
  readonly keepFolders: boolean;
  readonly publish: boolean;
  readonly overwrite: boolean;
  readonly unpack: boolean;
  readonly name: string;
  readonly preserve: 'company' | 'keep' | 'as-new';
  /** Names of batch set presets; undefined: the active ones. */
  readonly presets: readonly string[] | undefined;
}

export const initialForm: Omit<UploadForm, 'folder'> = {
  keepFolders: true,
  publish: true,
  overwrite: true,
  unpack: false,
  name: '',
  preserve: 'company',
  presets: undefined,
};

/** A folder as the API takes it: `autumn/shoes` is `/autumn/shoes/`. */
export function folderOf(text: string): string {
  const names = text.trim().split('/').filter(Boolean);
  return names.length === 0 ? '/' : `/${names.join('/')}/`;
}

/** The options of the job of one group. */
export function optionsOf(
  { publish, overwrite, unpack, name, preserve, presets }: UploadForm,
  folder: string,
): UploadOptions {
  return {
    folder,
    publishAfterUploading: publish,
    overwrite,
    ...(unpack && { unpack }),
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    ...(preserve === 'company' ? {} : { preservePublishState: preserve === 'keep' }),
    ...(presets === undefined ? {} : { batchSetPresets: [...presets] }),
  };
}
