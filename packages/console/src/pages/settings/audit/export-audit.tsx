import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { useClient } from '../../../api/client-context.tsx';
import { useNotifications } from '../../../app/notifications.tsx';
import { useCompany } from '../../../session/company.tsx';
import { auditTexts as texts } from '../../../texts/audit.ts';
import type { useAuditFilters } from './use-audit-filters.ts';

type Format = 'csv' | 'jsonl';

const mediaTypes = { csv: 'text/csv', jsonl: 'application/x-ndjson' } as const;

/** Downloads all entries that match as one file. The API gives them in pieces of up to 5,000. */
export function ExportAudit({ query }: { query: ReturnType<typeof useAuditFilters>['query'] }) {
  const client = useClient();
  const { company } = useCompany();
  const { notify, notifyError } = useNotifications();
  const [isBusy, setBusy] = useState(false);

  async function download(format: Format) {
    setBusy(true);
    try {
      const pieces: string[] = [];
      let after: string | undefined;
      do {
        const page = { ...query, format, ...(after !== undefined && { after }) };
        const response = await client.send('exportAudit', { query: page });
        const text = await response.text();
        // Each piece of CSV begins with the names of the columns.
        const isMore = format === 'csv' && pieces.length > 0;
        pieces.push(isMore ? text.slice(text.indexOf('\n') + 1) : text);
        after = nextOf(response.headers.get('link'));
      } while (after !== undefined);
      save(new Blob(pieces, { type: mediaTypes[format] }), `audit-${company}.${format}`);
      notify({ type: 'success', header: texts.exported });
    } catch (error) {
      notifyError(texts.notExported, error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <ButtonDropdown
      loading={isBusy}
      items={[
        { id: 'csv', text: texts.csv },
        { id: 'jsonl', text: texts.jsonl },
      ]}
      onItemClick={({ detail }) => void download(detail.id as Format)}
    >
      {texts.export}
    </ButtonDropdown>
  );
}

/** Where the next piece begins, by the header `Link`. */
function nextOf(link: string | null): string | undefined {
  const address = /<([^>]+)>; rel="next"/.exec(link ?? '')?.[1];
  return address === undefined ? undefined : (new URL(address).searchParams.get('after') ?? undefined);
}

function save(file: Blob, name: string): void {
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(file);
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(anchor.href);
}
