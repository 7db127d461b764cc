import { useClient } from '../api/client-context.tsx';
import { useRefresh } from '../api/use-change.ts';
import { useNotifications } from '../app/notifications.tsx';
import { trashTexts as texts } from '../texts/trash.ts';

/** Assets of one call. */
const atATime = 1_000;

/** Gives a function that brings assets back from the trash, and says which of them did not go live again. */
export function useRestoring(): (ids: readonly string[]) => Promise<void> {
  const client = useClient();
  const refresh = useRefresh();
  const { notify, notifyError } = useNotifications();
  return async (ids) => {
    const restored = new Set<string>();
    const warnings = new Set<string>();
    try {
      for (let from = 0; from < ids.length; from += atATime) {
        const body = { assetIds: ids.slice(from, from + atATime), partial: true };
        for (let remaining = true; remaining; ) {
          const response = await client.call('restoreAssets', { body });
          for (const { id } of response.items) restored.add(id);
          for (const warning of response.warnings) warnings.add(warning);
          remaining = response.remaining;
        }
      }
      const [first = ''] = restored;
      notify({
        type: warnings.size > 0 ? 'warning' : 'success',
        header: texts.restored(restored.size, first),
        ...(warnings.size > 0 && { content: [...warnings].join(' ') }),
      });
    } catch (error) {
      notifyError(texts.notRestored, error);
    } finally {
      await refresh('assets');
    }
  };
}
