import type { settingsRoutes } from '@pressroom/api/companies/settings-routes';
import type { ResponseOf } from '@pressroom/api/route';
import { type Asset, isPublished } from '../../../domain/assets/asset.ts';
import { type CompanySettings, serversOf } from '../../../domain/companies/settings.ts';
import { Failure } from '../../../domain/failure.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { activeTypes } from '../../../domain/uploads/accepted-types.ts';
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
  const { timeZone, publishOnUpload, retainPublishState, overwriteMode, allowActiveContent, autoQuality } =
    settings;
  return {
    timeZone,
    publishOnUpload,
    retainPublishState,
    overwriteMode,
    allowActiveContent,
    autoQuality,
    servers: serversOf(settings),
  };
}

/** Changes what is named. What is under way goes by the old settings or the new: each file reads them once. */
async function editSettings(
  { company, user, body }: Pick<RequestOf<'editSettings'>, 'company' | 'user' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'editSettings'> {
  const { changeSettings } = dependencies.companies;
  const { timeZone, publishOnUpload, retainPublishState, overwriteMode, allowActiveContent, autoQuality } =
    body;
  const change = {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(publishOnUpload === undefined ? {} : { publishOnUpload }),
    ...(retainPublishState === undefined ? {} : { retainPublishState }),
    ...(overwriteMode === undefined ? {} : { overwriteMode }),
    ...(allowActiveContent === undefined ? {} : { allowActiveContent }),
    ...(autoQuality === undefined ? {} : { autoQuality }),
  };
  if (allowActiveContent !== false) return toSettingsResponse(await changeSettings(company, change));
  const until = dependencies.clock() + maxCallMs;
  const live = await findActiveContent(company, until, dependencies);
  if (live.length > 0 && body.confirm !== 'allowActiveContent') throw notConfirmed(live);
  // The setting comes first: from now on nothing more goes live.
  const settings = await changeSettings(company, change);
  const withdrawn = await withdrawActiveContent(
    company,
    live,
    { by: user.subject, settings, until },
    dependencies,
  );
  return { ...toSettingsResponse(settings), ...(withdrawn.length === 0 ? {} : { withdrawn }) };
}

/** Assets that a refusal lists. */
const maxListed = 100;

function notConfirmed(live: readonly Asset[]): Failure {
  const message =
    `must be "allowActiveContent": ${live.length} ${live.length === 1 ? 'asset that runs' : 'assets that run'} ` +
    'in the browsers of visitors would be withdrawn';
  return new Failure('settings.not-confirmed', `confirm: ${message}`, {
    details: [
      { field: 'confirm', message },
      ...live.slice(0, maxListed).map(({ id, type }) => ({
        field: 'allowActiveContent',
        message: `${id} (${type}) is live`,
      })),
    ],
  });
}

/**
 * JavaScript and HTML that is live, by the index of types. Costs: half a read unit for each asset of these types.
 * @throws Failure `storage.busy` if the time is up before all are found
 */
async function findActiveContent(
  company: string,
  until: number,
  { library: { listIdsOfType }, assets: { getAssets }, clock }: Dependencies,
): Promise<Asset[]> {
  const found: Asset[] = [];
  for (const type of activeTypes) {
    for await (const ids of listIdsOfType(company, type)) {
      if (clock() >= until)
        throw new Failure('storage.busy', 'There is too much active content to read; try again');
      const assets = await getAssets(company, ids);
      found.push(...[...assets.values()].filter((asset) => asset.type === type && isPublished(asset)));
    }
  }
  return found.filter(({ trashed }) => trashed === undefined);
}

/**
 * Withdraws what is live, and once more what went live between the search and the change of the setting.
 * @throws Failure `storage.busy` if some stay live. The setting is off then, and the same request continues
 */
async function withdrawActiveContent(
  company: string,
  live: readonly Asset[],
  withdrawal: { readonly by: string; readonly settings: CompanySettings; readonly until: number },
  dependencies: Dependencies,
): Promise<string[]> {
  const withdrawn = new Set<string>();
  let left = live;
  for (let round = 1; round <= 2; round += 1) {
    if (left.length > 0) {
      const results = await dependencies.publications.withdrawAssets(company, left, withdrawal);
      for (const { id } of left) if (results.get(id)?.outcome === 'unpublished') withdrawn.add(id);
    }
    const found = await findActiveContent(company, withdrawal.until, dependencies);
    // The reads of a search may be a moment old.
    left = found.filter(({ id }) => !withdrawn.has(id));
    if (left.length === 0) break;
  }
  if (left.length > 0) {
    throw new Failure(
      'storage.busy',
      `Active content is off now, but ${left.length} assets are still live; repeat the request to withdraw them`,
    );
  }
  return [...withdrawn];
}

export const settingsHandlers = {
  readSettings,
  editSettings,
} satisfies HandlersOf<typeof settingsRoutes>;
