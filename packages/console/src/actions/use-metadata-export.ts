import { useClient } from '../api/client-context.tsx';
import { useNotifications } from '../app/notifications.tsx';
import type { Exported } from '../metadata-tables/export-metadata.ts';
import { useCompany } from '../session/company.tsx';
import { metadataTableTexts as texts } from '../texts/metadata-table.ts';

/** Gives a function that downloads the metadata of assets as CSV. @param count for the notification */
export function useMetadataExport(): (what: Exported, count: number) => Promise<void> {
  const client = useClient();
  const { company } = useCompany();
  const { notify, notifyError } = useNotifications();
  return async (what, count) => {
    const replace = notify({ type: 'in-progress', header: texts.exporting(count) });
    try {
      // Loaded when somebody exports: the library itself needs no CSV.
      const { exportMetadata } = await import('../metadata-tables/export-metadata.ts');
      const exported = await exportMetadata(client, what, company);
      replace({ type: 'success', header: texts.exported(exported) });
    } catch (error) {
      replace();
      notifyError(texts.notExported, error);
    }
  };
}
