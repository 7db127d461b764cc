import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import { type CompanySettings, serversOf } from '../../../domain/companies/settings.ts';
import type { settingsRoutes } from '../../../packages/api/companies/settings-routes.ts';
import type { AnswerOf } from '../../../packages/api/route.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';

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
