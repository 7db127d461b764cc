import { useOutcomeDialog } from '../../actions/outcome-dialog.tsx';
import { useClient } from '../../api/client-context.tsx';
import { useRefresh } from '../../api/use-change.ts';
import { useNotifications } from '../../app/notifications.tsx';
import type { DateName } from '../../live-dates/dates-draft.ts';
import type { RowResult } from '../../metadata-tables/import-table.ts';
import { dateTexts } from '../../texts/dates.ts';
import { libraryTexts } from '../../texts/library.ts';
import type { Target } from './use-changing.tsx';
import { useSubmitAction } from './use-submit-action.ts';

const texts = dateTexts.live.many;

/** ISO 8601 in UTC; empty removes the date. A date that is missing stays as it is. */
type NewDates = { readonly [Name in DateName]?: string };

/**
 * Gives a function that sets dates: of assets by a table, which the API takes for many, with undo; of all that a search
 * finds by a job, whose page shows its progress and the outcome of each asset.
 */
export function useDatesOfMany() {
  const client = useClient();
  const submitAction = useSubmitAction();
  const refresh = useRefresh();
  const { notify, notifyError } = useNotifications();
  const showOutcomes = useOutcomeDialog();

  async function send(columns: readonly string[], rows: readonly (readonly string[])[]) {
    const { piecesOf, sendPiece } = await import('../../metadata-tables/import-table.ts');
    const numbered = rows.map((cells, index) => ({ row: index + 2, cells }));
    const options = { empty: 'remove' as const, isDryRun: false };
    const results: RowResult[] = [];
    try {
      for (const piece of piecesOf(numbered)) {
        const sent = await sendPiece(client, ['id', ...columns], piece, options);
        results.push(...sent.results);
      }
    } finally {
      await refresh('assets');
    }
    return results;
  }

  /** @throws ApiError, for the dialog to show */
  return async (target: Target, dates: NewDates): Promise<void> => {
    if ('query' in target) {
      const atOrNone = Object.fromEntries(Object.entries(dates).map(([name, at]) => [name, at || null]));
      return submitAction({ name: 'dates', ...atOrNone }, target);
    }
    const { assets } = target;
    const columns = (['liveFrom', 'liveUntil'] as const).filter((name) => dates[name] !== undefined);
    const results = await send(
      columns,
      assets.map(({ id }) => [id, ...columns.map((name) => dates[name] ?? '')]),
    );
    const failed = results.filter(({ outcome }) => outcome === 'failed');
    const changed = new Set(results.filter(({ outcome }) => outcome === 'changed').map(({ id }) => id));
    const outcomes = results.map(({ id, outcome, errors = [] }) => ({
      id,
      type: outcome === 'failed' ? ('error' as const) : ('success' as const),
      text:
        outcome === 'failed'
          ? errors.map(({ message }) => message).join('; ')
          : outcome === 'changed'
            ? texts.changed
            : texts.unchanged,
    }));
    const before = assets.filter(({ id }) => changed.has(id));
    notify({
      type: failed.length > 0 ? 'warning' : 'success',
      header:
        failed.length > 0
          ? libraryTexts.outcomes.summary(results.length - failed.length, failed.length)
          : texts.done(results.length),
      ...(before.length > 0 && {
        undo: async () => {
          try {
            await send(
              columns,
              before.map((asset) => [asset.id, ...columns.map((name) => asset[name] ?? '')]),
            );
          } catch (error) {
            notifyError(libraryTexts.failed.undo, error);
          }
        },
      }),
    });
    if (failed.length > 0) showOutcomes(outcomes);
  };
}
