import Button from '@cloudscape-design/components/button';
import type { OperationResponse } from '@pressroom/client/create-client';
import { useQueryClient } from '@tanstack/react-query';
import { useClient, useCompanyName } from '../api/client-context.tsx';
import { useRefresh } from '../api/use-change.ts';
import { useNotifications } from '../app/notifications.tsx';
import type { Outcome } from '../components/outcome-list.tsx';
import { libraryTexts } from '../texts/library.ts';
import { useOutcomeDialog } from './outcome-dialog.tsx';
import { setPublished } from './set-published.ts';

/** Assets that one call of the API takes. */
export const maxAssetsPerCall = 1_000;

type PublishResult = OperationResponse<'publishAssets'>['results'][number];
type WithdrawResult = OperationResponse<'unpublishAssets'>['results'][number];

export interface Publishing {
  /** Publishes assets at once, with all that belongs to them. The page shows it before the API has responded. */
  publish(ids: readonly string[]): Promise<void>;
  /** Withdraws assets from all servers. */
  unpublish(ids: readonly string[]): Promise<void>;
}

/** Publishing and unpublishing by hand: shown at once, undone by a button, with the result of each asset. */
export function usePublishing(): Publishing {
  const client = useClient();
  const company = useCompanyName();
  const queries = useQueryClient();
  const refresh = useRefresh();
  const { notify, notifyError } = useNotifications();
  const showOutcomes = useOutcomeDialog();
  const texts = libraryTexts;

  async function publishAll(ids: readonly string[]): Promise<PublishResult[]> {
    return inCalls(ids, async (assetIds) => {
      const response = await client.call('publishAssets', { body: { assetIds, partial: true } });
      return 'results' in response ? response.results : [];
    });
  }

  async function unpublishAll(ids: readonly string[]) {
    const stillLive: string[] = [];
    const warnings: string[] = [];
    const results = await inCalls(ids, async (assetIds) => {
      const response = await client.call('unpublishAssets', { body: { assetIds, partial: true } });
      if (!('results' in response)) return [];
      stillLive.push(...response.stillLive);
      warnings.push(...response.warnings);
      return response.results as readonly WithdrawResult[];
    });
    return { results, stillLive, warnings };
  }

  /** Shows the change, makes it, and shows the truth again. */
  async function show(
    ids: readonly string[],
    published: boolean,
    change: () => Promise<void>,
  ): Promise<void> {
    await queries.cancelQueries({ queryKey: [company, 'assets'] });
    setPublished(queries, company, new Set(ids), published);
    try {
      await change();
    } catch (error) {
      notifyError(published ? texts.failed.publish : texts.failed.unpublish, error);
    } finally {
      await refresh('assets');
    }
  }

  function report(
    outcomes: readonly Outcome[],
    header: string,
    { content, undo }: { readonly content?: string; readonly undo?: () => void },
  ): void {
    const bad = outcomes.filter(({ type }) => type === 'error' || type === 'warning');
    const [first] = bad;
    if (bad.length === 0 || !first) {
      notify({ type: 'success', header, ...(content && { content }), ...(undo && { undo }) });
      return;
    }
    if (outcomes.length === 1) {
      notify({ type: 'error', header: first.id, content: first.text });
      return;
    }
    notify({
      type: bad.length === outcomes.length ? 'error' : 'warning',
      header: texts.outcomes.summary(outcomes.length - bad.length, bad.length),
      content: (
        <Button variant="inline-link" onClick={() => showOutcomes(outcomes)}>
          {texts.outcomes.show}
        </Button>
      ),
    });
  }

  const publishing: Publishing = {
    publish: (ids) =>
      show(ids, true, async () => {
        const results = await publishAll(ids);
        const fresh = results.filter(({ outcome }) => outcome === 'published').map(({ id }) => id);
        const named = new Set(ids);
        report(
          results.map(publishOutcome),
          texts.done.published(ids.length, ids[0] ?? ''),
          fresh.length > 0
            ? { undo: () => void publishing.unpublish(fresh.filter((id) => named.has(id))) }
            : {},
        );
      }),
    unpublish: (ids) =>
      show(ids, false, async () => {
        const { results, stillLive, warnings } = await unpublishAll(ids);
        const gone = results.filter(({ outcome }) => outcome === 'unpublished').map(({ id }) => id);
        const content = [
          ...(stillLive.length > 0 ? [texts.stillLive(stillLive.length)] : []),
          ...(warnings.length > 0 ? [texts.incompleteSets(warnings.length)] : []),
        ].join(' ');
        report(results.map(withdrawOutcome), texts.done.unpublished(ids.length, ids[0] ?? ''), {
          ...(content && { content }),
          ...(gone.length > 0 && { undo: () => void publishing.publish(gone) }),
        });
      }),
  };
  return publishing;
}

interface Result {
  readonly id: string;
  readonly outcome: string;
}

/** Calls with as many assets as a call takes, and again with those that were not reached. */
async function inCalls<One extends Result>(
  ids: readonly string[],
  call: (assetIds: string[]) => Promise<readonly One[]>,
): Promise<One[]> {
  const results = new Map<string, One>();
  for (let index = 0; index < ids.length; index += maxAssetsPerCall) {
    let left = ids.slice(index, index + maxAssetsPerCall);
    while (left.length > 0) {
      const found = await call(left);
      for (const result of found) results.set(result.id, result);
      const again = left.filter((id) => results.get(id)?.outcome === 'not-reached');
      // A call that reached none would be repeated for ever.
      if (again.length === left.length) break;
      left = again;
    }
  }
  return [...results.values()];
}

function publishOutcome({ id, outcome, message }: PublishResult): Outcome {
  const type = outcome === 'published' || outcome === 'already-live' ? 'success' : 'error';
  return { id, type: outcome === 'refused' ? 'warning' : type, text: message };
}

function withdrawOutcome({ id, outcome, message }: WithdrawResult): Outcome {
  return {
    id,
    type: outcome === 'unpublished' || outcome === 'not-live' ? 'success' : 'error',
    text: message,
  };
}
