import type { PresetStore } from '../../../adapters/dynamodb/sets/preset-store.ts';
import { Failure } from '../../../domain/failure.ts';
import { type BatchSetPreset, checkPreset, maxPresets } from '../../../domain/sets/batch-set-preset.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export async function listBatchSetPresets(
  { company }: Pick<RequestOf<'listBatchSetPresets'>, 'company'>,
  { listPresets }: Pick<PresetStore, 'listPresets'>,
): PromisedResponse<'listBatchSetPresets'> {
  return { items: await listPresets(company) };
}

/** Makes or replaces a preset. Uploads that are under way end by the presets as they are then. */
export async function putBatchSetPreset(
  { company, params, body }: Pick<RequestOf<'putBatchSetPreset'>, 'company' | 'params' | 'body'>,
  { listPresets, putPreset }: Pick<PresetStore, 'listPresets' | 'putPreset'>,
): PromisedResponse<'putBatchSetPreset'> {
  const { swatches, views, ...given } = body;
  const preset: BatchSetPreset = {
    name: params.name,
    ...given,
    ...(swatches === undefined ? {} : { swatches }),
    ...(views === undefined ? {} : { views }),
  };
  checkPreset(preset);
  const others = (await listPresets(company)).filter(({ name }) => name !== preset.name);
  if (others.length >= maxPresets) {
    const message = `a company has at most ${maxPresets} presets; delete one first`;
    throw new Failure('request.invalid', `name: ${message}`, { details: [{ field: 'name', message }] });
  }
  await putPreset(company, preset);
  return preset;
}

export async function deleteBatchSetPreset(
  { company, params }: Pick<RequestOf<'deleteBatchSetPreset'>, 'company' | 'params'>,
  { deletePreset }: Pick<PresetStore, 'deletePreset'>,
): PromisedResponse<'deleteBatchSetPreset'> {
  const preset = await deletePreset(company, params.name);
  if (!preset) throw new Failure('preset.not-found', `There is no batch set preset ${params.name}`);
  return preset;
}
