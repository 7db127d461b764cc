import type { imagePresetRoutes } from '@pressroom/api/delivery/image-preset-routes';
import {
  checkPresetCommands,
  type ImagePreset,
  maxImagePresets,
} from '../../../domain/delivery/image-preset.ts';
import { Failure, invalidField } from '../../../domain/failure.ts';
import { ifMatchHolds } from '../../../domain/if-match.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';

async function listImagePresets(
  { company }: Pick<RequestOf<'listImagePresets'>, 'company'>,
  { imageSettings: { readCompanyImages } }: Dependencies,
): PromisedResponse<'listImagePresets'> {
  return { items: sorted((await readCompanyImages(company)).presets) };
}

/** Saves the preset, and then flushes what was made with the earlier one. The same request repairs a flush that failed. */
async function putImagePreset(
  {
    company,
    user,
    params,
    body: { commands },
    ifMatch,
  }: Pick<RequestOf<'putImagePreset'>, 'company' | 'user' | 'params' | 'body' | 'ifMatch'>,
  { imageSettings: { changeCompanyImages, invalidatePreset }, now }: Dependencies,
): PromisedResponse<'putImagePreset'> {
  const { name } = params;
  checkPresetCommands(commands);
  const saved = await changeCompanyImages(company, (images) => {
    const { presets } = images;
    const before = presets.find(isNamed(name));
    if (!ifMatchHolds(ifMatch, etagOf(before))) {
      throw new Failure('preset.stale', `The image preset ${name} was changed; read it again`);
    }
    if (!before && presets.length >= maxImagePresets) {
      throw invalidField('name', `a company has at most ${maxImagePresets} image presets; delete one first`);
    }
    const preset: ImagePreset = {
      name,
      commands,
      version: (before?.version ?? 0) + 1,
      modified: now(),
      modifiedBy: user.subject,
    };
    return {
      images: { ...images, presets: [...presets.filter((other) => !isNamed(name)(other)), preset] },
      result: preset,
    };
  });
  await invalidatePreset(company, name.toLowerCase());
  return saved;
}

async function deleteImagePreset(
  { company, params: { name } }: Pick<RequestOf<'deleteImagePreset'>, 'company' | 'params'>,
  { imageSettings: { changeCompanyImages, invalidatePreset } }: Dependencies,
): PromisedResponse<'deleteImagePreset'> {
  const deleted = await changeCompanyImages(company, (images) => {
    const { presets } = images;
    const before = presets.find(isNamed(name));
    if (!before) throw new Failure('preset.not-found', `There is no image preset ${name}`);
    return {
      images: { ...images, presets: presets.filter((preset) => preset !== before) },
      result: before,
    };
  });
  await invalidatePreset(company, name.toLowerCase());
  return deleted;
}

function sorted(presets: readonly ImagePreset[]): ImagePreset[] {
  return presets.toSorted((one, other) => (one.name.toLowerCase() < other.name.toLowerCase() ? -1 : 1));
}

/** Two names that differ in case only are one preset. */
function isNamed(name: string): (preset: ImagePreset) => boolean {
  return (preset) => preset.name.toLowerCase() === name.toLowerCase();
}

/** The entity tag of a preset: its version. That of a preset that does not exist yet is 0. */
function etagOf(preset: Pick<ImagePreset, 'version'> | undefined): string {
  return `"${preset?.version ?? 0}"`;
}

export const imagePresetHandlers = {
  listImagePresets,
  putImagePreset: { handle: putImagePreset, headersOf: (preset) => ({ etag: etagOf(preset) }) },
  deleteImagePreset,
} satisfies HandlersOf<typeof imagePresetRoutes>;
