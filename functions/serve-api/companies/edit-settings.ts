import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toSettingsResponse } from './read-settings.ts';

export type EditSettingsDependencies = Pick<SettingsStore, 'changeSettings'>;

/** Changes what is named. What is under way goes by the old settings or the new: each file reads them once. */
export async function editSettings(
  { company, body }: Pick<RequestOf<'editSettings'>, 'company' | 'body'>,
  { changeSettings }: EditSettingsDependencies,
): PromisedResponse<'editSettings'> {
  const { timeZone, publishOnUpload, retainPublishState, overwriteMode, allowActiveContent } = body;
  const change = {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(publishOnUpload === undefined ? {} : { publishOnUpload }),
    ...(retainPublishState === undefined ? {} : { retainPublishState }),
    ...(overwriteMode === undefined ? {} : { overwriteMode }),
    ...(allowActiveContent === undefined ? {} : { allowActiveContent }),
  };
  return toSettingsResponse(await changeSettings(company, change));
}
