import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import { type CompanySettings, serversOf } from '../../../domain/companies/settings.ts';
import type { settingsRoutes } from '../../../packages/api/companies/settings-routes.ts';
import type { ResponseOf } from '../../../packages/api/route.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export type ReadSettingsDependencies = Pick<SettingsStore, 'getSettings'>;

export async function readSettings(
  { company }: Pick<RequestOf<'readSettings'>, 'company'>,
  { getSettings }: ReadSettingsDependencies,
): PromisedResponse<'readSettings'> {
  return toSettingsResponse(await getSettings(company));
}

/** Settings as the API shows them. */
export function toSettingsResponse(
  settings: CompanySettings,
): ResponseOf<typeof settingsRoutes.readSettings> {
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
