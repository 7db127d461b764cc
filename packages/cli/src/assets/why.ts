import { ApiError } from '@pressroom/client/api-error';
import type { OperationResponse } from '@pressroom/client/create-client';
import type { Outputs } from '../../contract/outputs.ts';
import { defineCommand, one } from '../command.ts';
import type { Context } from '../context.ts';
import { suggestIds } from '../errors/suggest-ids.ts';
import { formatTime } from '../output/format.ts';

type Asset = OperationResponse<'readAsset'>;
type Why = Outputs['why'];
type Step = Why['steps'][number];

export const why = defineCommand({
  path: 'why',
  feature: 'assets',
  summary: 'Say in one sentence why an asset is live or not: record, intent, plan, origin, edge',
  args: { id: one('Id of the asset') },
  options: {},
  examples: [{ command: 'why red-shoe', does: 'says why visitors see the asset, or why not' }],
  show: {
    lines: ({ live, sentence, next, steps }, paint) => [
      `${live ? paint('green', '✓') : paint('red', '✗')} ${sentence}`,
      ...(next === undefined ? [] : [`${paint('dim', '→')} ${next}`]),
      '',
      ...steps.map(
        ({ step, ok, text }) =>
          `  ${ok ? paint('green', '✓') : paint('red', '✗')} ${step.padEnd(6)}  ${text}`,
      ),
    ],
  },
  async *run(context, { id }) {
    const result = await reasonFor(context, id);
    yield result;
    return result.live ? 0 : 7;
  },
});

/** Walks from the record to the edge, and stops at the first step that keeps the asset from visitors. */
export async function reasonFor(context: Context, id: string): Promise<Why> {
  const { client, signal } = context;
  const steps: Step[] = [];
  const end = (live: boolean, sentence: string, next?: string): Why => ({
    id,
    live,
    sentence,
    steps,
    ...(next === undefined ? {} : { next }),
  });
  let asset: Asset;
  try {
    asset = await client.call('readAsset', { params: { id }, signal });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'asset.not-found') throw error;
    steps.push({ step: 'record', ok: false, text: error.detail });
    return end(
      false,
      `${id} is not live because there is no such asset.`,
      await suggestIds(client, error, [id]),
    );
  }
  steps.push({
    step: 'record',
    ok: !asset.trashed,
    text: `version ${asset.version} of ${asset.folder}${asset.fileName}`,
  });
  if (asset.trashed)
    return end(
      false,
      `${id} is not live because it is in the trash since ${formatTime(asset.trashed.at)}.`,
      `Run: pressroom restore ${id}`,
    );

  const isHeld = asset.intent === 'held';
  steps.push({ step: 'intent', ok: asset.intent === 'live', text: intentTexts[asset.intent] });
  if (!asset.published) return end(false, ...(await whyNotPublished(context, asset, isHeld, steps)));

  const live = Object.entries(asset.publications).flatMap(([server, publication]) =>
    publication ? [{ server, ...publication }] : [],
  );
  const older = live.filter(({ version }) => version !== asset.version);
  steps.push({
    step: 'origin',
    ok: older.length === 0,
    text: live
      .map(({ server, version, at }) => `${server} has version ${version} since ${formatTime(at)}`)
      .join('; '),
  });
  const edge = await askEdge(context, asset);
  if (edge) steps.push(edge.step);
  if (edge && !edge.step.ok)
    return end(false, `${id} is published, but visitors do not get it: ${edge.step.text}.`, edge.next);
  const [first] = older;
  if (first)
    return end(
      true,
      `${id} is live in version ${first.version}, not in its current version ${asset.version}.`,
      `Run: pressroom publish ${id}`,
    );
  if (edge?.isOld)
    return end(
      true,
      `${id} is live in its current version ${asset.version}, but the edge may still show an older copy.`,
      `An admin runs: pressroom cdn invalidate ${id}`,
    );
  return end(
    true,
    `${id} is live in its current version ${asset.version} on ${live.map(({ server }) => server).join(', ')}.`,
  );
}

const intentTexts: Readonly<Record<Asset['intent'], string>> = {
  live: 'live: it is to be published',
  pending: 'pending: the next publish job may take it',
  held: 'held: somebody unpublished it, and jobs skip it',
};

/** What publishing would do now says which rule prevents it. */
async function whyNotPublished(
  { client, io, signal }: Context,
  { id, intent, liveFrom, liveUntil }: Asset,
  isHeld: boolean,
  steps: Step[],
): Promise<[sentence: string, next?: string]> {
  const plan = await client
    .dryRun('publishAssets', { body: { assetIds: [id] }, signal })
    .catch((error: unknown) => {
      // Viewers may not plan.
      if (error instanceof ApiError && error.status === 403) return undefined;
      throw error;
    });
  const own = plan?.assets.find((asset) => asset.id === id);
  const refused = own?.action === 'refuse' ? own : plan?.assets.find(({ action }) => action === 'refuse');
  if (plan)
    steps.push({
      step: 'plan',
      ok: !refused,
      text: refused
        ? `${refused.id}: ${refused.message ?? 'a rule prevents it'}`
        : `publishing would copy it to ${own?.servers.join(', ') || 'no server'}`,
    });
  const now = io.now();
  if (liveFrom !== undefined && Date.parse(liveFrom) > now)
    return [`${id} is not live yet: its date begins on ${formatTime(liveFrom)} UTC.`];
  if (liveUntil !== undefined && Date.parse(liveUntil) <= now)
    return [`${id} is not live because its date ended on ${formatTime(liveUntil)} UTC.`];
  if (refused && (own?.action === 'refuse' || refused.id !== id))
    return [
      `${id} is not live because a rule prevents it: ${refused.message ?? 'see its plan'}.`,
      `See: pressroom publish ${id} --dry-run`,
    ];
  if (isHeld) return [`${id} is not live because somebody unpublished it.`, `Run: pressroom publish ${id}`];
  const { items } = await client.call('listJobs', {
    query: { state: 'active', kind: 'publish', limit: 10 },
    signal,
  });
  const [job] = items;
  if (job)
    return [
      `${id} is not live yet, and the publish job ${job.name} is ${job.status}.`,
      `Follow it: pressroom jobs watch ${job.id}`,
    ];
  if (intent === 'live')
    return [`${id} is to be live, but no job has published it yet.`, `Run: pressroom publish ${id}`];
  return [
    `${id} is not live because it was never published.`,
    `Run: pressroom publish ${id}, or submit a job: pressroom jobs submit`,
  ];
}

interface EdgeResult {
  readonly step: Step;
  /** The copy of the edge is older than the publication. */
  readonly isOld: boolean;
  readonly next: string;
}

/** Requests the delivery URL as a visitor does. Undefined for an asset without one. */
async function askEdge({ io, session, signal }: Context, asset: Asset): Promise<EdgeResult | undefined> {
  const address = asset.urls.image ?? asset.urls.video ?? asset.urls.content;
  if (address === undefined) return undefined;
  const next = `Try it: ${address}`;
  const step = (ok: boolean, text: string): Step => ({ step: 'edge', ok, text });
  let response: Response;
  try {
    response = await io.fetch(session.reachable(address), { method: 'HEAD', signal });
  } catch (error) {
    signal.throwIfAborted();
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { step: step(false, `${new URL(address).host} does not respond: ${cause}`), isOld: false, next };
  }
  const cache = response.headers.get('x-cache') ?? 'no cache state';
  const age = Number(response.headers.get('age') ?? 0);
  const since = Date.parse(asset.lastPublished ?? asset.modified);
  return {
    step: step(
      response.ok,
      `${response.status} from ${new URL(address).host} (${cache}${age > 0 ? `, ${age} s old` : ''})`,
    ),
    isOld: age > 0 && io.now() - age * 1_000 < since,
    next,
  };
}
