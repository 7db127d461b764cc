import { useClient } from '../../api/client-context.tsx';
import { useRefresh } from '../../api/use-change.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { libraryTexts } from '../../texts/library.ts';
import { TrashedNote } from './trashed-note.tsx';
import type { LibraryAsset } from './use-library.ts';
import { type Found, useSubmitAction } from './use-submit-action.ts';

/** What an action works on: assets by their ids, or all that a search finds. */
export type Target = { readonly assets: readonly LibraryAsset[] } | Found;

/** Assets that one call works on by a search. A job works on more. */
const maxFoundByCall = 100;

/** What a job has to do; undefined if calls do it. */
function foundByJob(target: Target): Found | undefined {
  return 'query' in target && target.count > maxFoundByCall ? target : undefined;
}

export function countOf(target: Target): number {
  return 'assets' in target ? target.assets.length : target.count;
}

/** As the API takes it. */
function selectionOf(target: Target) {
  return 'assets' in target
    ? { assetIds: target.assets.map(({ id }) => id), partial: true }
    : { scope: { query: target.query as never, count: target.count } };
}

/**
 * Moving, deleting and what else changes many assets at once. Up to 100 that a search finds are changed by calls, each repeated until all is
 * done; more by a job, whose page shows its progress and the outcome of each asset.
 */
export function useChanging() {
  const client = useClient();
  const submitAction = useSubmitAction();
  const refresh = useRefresh();
  const { notify, notifyError } = useNotifications();
  const { done, failed } = libraryTexts;

  /** Puts back what `work` did, and says so if that fails. */
  const undoing = (work: () => Promise<unknown>) => async () => {
    try {
      await work();
    } catch (error) {
      notifyError(failed.undo, error);
    } finally {
      await refresh('assets');
    }
  };

  async function moveAll(selection: ReturnType<typeof selectionOf>, folder: string): Promise<string[]> {
    const moved: string[] = [];
    for (;;) {
      const { items, remaining } = await client.call('moveAssets', { body: { ...selection, folder } });
      moved.push(...items.map(({ id }) => id));
      if (!remaining) return moved;
    }
  }

  return {
    /** @throws ApiError, for the dialog to show */
    async move(target: Target, folder: string): Promise<void> {
      const found = foundByJob(target);
      if (found) return submitAction({ name: 'move', folder }, found);
      try {
        const moved = await moveAll(selectionOf(target), folder);
        const before = new Map<string, string[]>();
        for (const asset of 'assets' in target ? target.assets : [])
          before.set(asset.folder, [...(before.get(asset.folder) ?? []), asset.id]);
        notify({
          type: 'success',
          header: done.moved(moved.length, moved[0] ?? '', folder),
          ...(before.size > 0 && {
            undo: undoing(async () => {
              for (const [from, assetIds] of before) await moveAll({ assetIds, partial: true }, from);
            }),
          }),
        });
      } finally {
        await refresh('assets');
      }
    },

    /** @throws ApiError, for the dialog to show */
    async trash(target: Target): Promise<void> {
      const found = foundByJob(target);
      if (found) return submitAction({ name: 'trash' }, found);
      try {
        const trashed: string[] = [];
        const warnings: string[] = [];
        for (let remaining = true; remaining; ) {
          const response = await client.call('trashAssets', { body: selectionOf(target) });
          trashed.push(...response.trashed);
          warnings.push(...response.warnings);
          remaining = response.remaining;
        }
        const ids = [...new Set(trashed)];
        notify({
          type: 'success',
          header: done.deleted(ids.length, ids[0] ?? ''),
          content: <TrashedNote warnings={warnings} />,
          ...(ids.length > 0 &&
            ids.length <= 1_000 && {
              undo: undoing(async () => {
                for (let remaining = true; remaining; )
                  ({ remaining } = await client.call('restoreAssets', {
                    body: { assetIds: ids, partial: true },
                  }));
                notify({ type: 'success', header: done.restored(ids.length) });
              }),
            }),
        });
      } finally {
        await refresh('assets');
      }
    },

    /** Only for admins. */
    async invalidate(target: Target): Promise<void> {
      const published = 'assets' in target ? target.assets.filter((asset) => asset.published) : [];
      const body =
        'assets' in target
          ? { assetIds: published.map(({ id }) => id) }
          : { scope: { query: target.query as never, count: target.count } };
      try {
        const { assetCount } = await client.call('invalidateCdn', { body });
        notify({ type: 'success', header: done.invalidated(assetCount, published[0]?.id ?? '') });
      } catch (error) {
        notifyError(failed.invalidate, error);
      }
    },

    /** More than a call publishes: a job does it. */
    async submitJob({ query, count }: Found): Promise<void> {
      try {
        const job = await client.call('submitJob', {
          body: { publish: 'full', scope: { query: query as never, count } },
        });
        if ('name' in job) notify({ type: 'success', header: done.jobSubmitted(job.name) });
      } catch (error) {
        notifyError(failed.publish, error);
      } finally {
        await refresh('jobs');
      }
    },

    async unpublishAll(target: Found): Promise<void> {
      const { query, count } = target;
      try {
        if (foundByJob(target)) return await submitAction({ name: 'unpublish' }, target);
        for (let complete = false; !complete; ) {
          const response = await client.call('unpublishAssets', {
            body: { scope: { query: query as never, count }, partial: true },
          });
          complete = !('complete' in response) || response.complete;
        }
        notify({ type: 'success', header: done.unpublished(count, '') });
      } catch (error) {
        notifyError(failed.unpublish, error);
      } finally {
        await refresh('assets');
      }
    },
  };
}
