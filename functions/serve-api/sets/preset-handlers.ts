import type { presetRoutes } from '@pressroom/api/sets/preset-routes';
import { Failure, invalidField } from '../../../domain/failure.ts';
import { type BatchSetPreset, checkPreset, maxPresets } from '../../../domain/sets/batch-set-preset.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { pick } from '../pick.ts';

async function listBatchSetPresets(
  { company }: Pick<RequestOf<'listBatchSetPresets'>, 'company'>,
  { sets: { listPresets } }: Dependencies,
): PromisedResponse<'listBatchSetPresets'> {
  return { items: (await listPresets(company)).map(toPresetResponse) };
}

/** Makes or replaces a preset. Uploads that are under way end by the presets as they are then. */
async function putBatchSetPreset(
  { company, params, body }: Pick<RequestOf<'putBatchSetPreset'>, 'company' | 'params' | 'body'>,
  { sets: { listPresets, putPreset } }: Dependencies,
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
    throw invalidField('name', `a company has at most ${maxPresets} presets; delete one first`);
  }
  await putPreset(company, preset);
  return toPresetResponse(preset);
}

async function deleteBatchSetPreset(
  { company, params }: Pick<RequestOf<'deleteBatchSetPreset'>, 'company' | 'params'>,
  { sets: { deletePreset } }: Dependencies,
): PromisedResponse<'deleteBatchSetPreset'> {
  const preset = await deletePreset(company, params.name);
  if (!preset) throw new Failure('preset.not-found', `There is no batch set preset ${params.name}`);
  return toPresetResponse(preset);
}

function toPresetResponse(preset: BatchSetPreset) {
  return pick(preset, ['name', 'setType', 'members', 'swatches', 'views', 'setId', 'active']);
}

export const presetHandlers = {
  listBatchSetPresets,
  putBatchSetPreset,
  deleteBatchSetPreset,
} satisfies HandlersOf<typeof presetRoutes>;
