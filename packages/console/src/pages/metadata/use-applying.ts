import { useClient } from '../../api/client-context.tsx';
import { useRefresh } from '../../api/use-change.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { type ImportRun, importRun } from '../../metadata-tables/import-run.ts';
import { metadataTableTexts as texts } from '../../texts/metadata-table.ts';
import { countsOf } from './row-counts.ts';

/** Applies the table that was checked. Its end is notified on whichever page is open then. */
export function useApplying() {
  const client = useClient();
  const refresh = useRefresh();
  const { notify, notifyError } = useNotifications();
  async function report(work: Promise<ImportRun | undefined>) {
    const finished = await work;
    await refresh('assets');
    const run = importRun.get();
    if (finished) {
      const { changed, trashed } = countsOf(finished);
      const content = finished.warnings.join(' ');
      notify({ type: content ? 'warning' : 'success', header: texts.applied(changed, trashed), content });
    } else if (run?.stopped?.error !== undefined) {
      notifyError(texts.notApplied(run.table.name), run.stopped.error);
    }
  }
  return {
    apply: () => report(importRun.apply(client)),
    goOn: () => report(importRun.goOn(client)),
  };
}
