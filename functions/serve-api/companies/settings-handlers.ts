import type { settingsRoutes } from '@pressroom/api/companies/settings-routes';
import type { ResponseOf } from '@pressroom/api/route';
import { type CompanySettings, serversOf } from '../../../domain/companies/settings.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';

async function readSettings(
  { company }: Pick<RequestOf<'readSettings'>, 'company'>,
  { companies: { getSettings } }: Dependencies,
): PromisedResponse<'readSettings'> {
  return toSettingsResponse(await getSettings(company));
}

/** Settings as the API shows them. */
function toSettingsResponse(settings: CompanySettings): ResponseOf<typeof settingsRoutes.readSettings> {
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

/** Changes what is named. What is under way goes by the old settings or the new: each file reads them once. */
async function editSettings(
  { company, body }: Pick<RequestOf<'editSettings'>, 'company' | 'body'>,
  { companies: { changeSettings } }: Dependencies,
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

export const settingsHandlers = {
  readSettings,
  editSettings,
} satisfies HandlersOf<typeof settingsRoutes>;
