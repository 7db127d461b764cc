import type { SettingsRecords } from '../../adapters/dynamodb/settings-records.ts';
import type { AnswerOf } from '../../adapters/http/api-route.ts';
import { type CompanySettings, serversOf } from '../../domain/company/settings.ts';
import type { ReplyOf, RequestOf } from './api-call.ts';
import type { settingsRoutes } from './settings.contract.ts';

export type ReadSettingsDependencies = Pick<SettingsRecords, 'getSettings'>;

export async function readSettings(
  { company }: Pick<RequestOf<'readSettings'>, 'company'>,
  { getSettings }: ReadSettingsDependencies,
): ReplyOf<'readSettings'> {
  return settingsAnswer(await getSettings(company));
}

/** Settings as the API shows them. */
export function settingsAnswer(settings: CompanySettings): AnswerOf<typeof settingsRoutes.readSettings> {
  const { timeZone, publishOnUpload, retainPublishState, overwriteMode, allowActiveContent } = settings;
  return {
    timeZone,
    publishOnUpload,
    retainPublishState,
    overwriteMode,
    allowActiveContent,
    servers: serversOf(settings),
  };
}
