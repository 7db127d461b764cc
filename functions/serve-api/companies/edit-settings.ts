import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { settingsAnswer } from './read-settings.ts';

export type EditSettingsDependencies = Pick<SettingsRecords, 'changeSettings'>;

/** Changes what is named. What is under way goes by the old settings or the new: each file reads them once. */
export async function editSettings(
  { company, body }: Pick<RequestOf<'editSettings'>, 'company' | 'body'>,
  { changeSettings }: EditSettingsDependencies,
): ReplyOf<'editSettings'> {
  const { timeZone, publishOnUpload, retainPublishState, overwriteMode, allowActiveContent } = body;
  const change = {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(publishOnUpload === undefined ? {} : { publishOnUpload }),
    ...(retainPublishState === undefined ? {} : { retainPublishState }),
    ...(overwriteMode === undefined ? {} : { overwriteMode }),
    ...(allowActiveContent === undefined ? {} : { allowActiveContent }),
  };
  return settingsAnswer(await changeSettings(company, change));
}
