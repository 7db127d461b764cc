import { useClient } from '../api/client-context.tsx';
import { useNotifications } from '../app/notifications.tsx';
import { downloadTexts as texts } from '../texts/download.ts';

/** Milliseconds between two looks at a ZIP file that is being written. */
const pollMilliseconds = 1_500;

/** Gives a function that downloads original files: one as it is, several in a ZIP file. */
export function useDownload(): (ids: readonly string[]) => Promise<void> {
  const client = useClient();
  const { notify, notifyError } = useNotifications();
  return async (ids) => {
    const [first] = ids;
    if (first === undefined) return;
    if (ids.length === 1) {
      try {
        const { url } = await client.call('downloadAsset', { params: { id: first } });
        location.assign(url);
      } catch (error) {
        notifyError(texts.failed, error);
      }
      return;
    }
    const replace = notify({ type: 'in-progress', header: texts.writing(ids.length) });
    try {
      let zip = await client.call('createDownload', { body: { assetIds: [...ids] } });
      while (zip.status === 'writing') {
        await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
        zip = await client.call('readDownload', { params: { downloadId: zip.id } });
      }
      const leftOut = zip.leftOut.map(({ id, message }) => `${id}: ${message}`).join(' ');
      replace({ type: leftOut ? 'warning' : 'success', header: texts.ready(zip.files), content: leftOut });
      if (zip.url) location.assign(zip.url);
    } catch (error) {
      replace();
      notifyError(texts.failed, error);
    }
  };
}
