import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { usePages } from '../../api/use-pages.ts';
import { useShortcut } from '../../app/shortcuts.tsx';
import { Page } from '../../components/page.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { cdnTexts } from '../../texts/cdn.ts';
import { InvalidateDialog } from './invalidate-dialog.tsx';
import { InvalidationTable } from './invalidation-table.tsx';
import { MonthOfUse } from './month-of-use.tsx';

/** Invalidations of the CDN: their state, what the month has used, and new ones. */
export default function CdnPage() {
  const invalidations = usePages('settings', 'listInvalidations', { query: { limit: 50 } });
  const [isOpen, setOpen] = useState(false);
  const open = () => setOpen(true);
  useShortcut('n', cdnTexts.invalidate, open);
  const month = invalidations.data?.pages[0]?.month;
  return (
    <Page
      title={cdnTexts.title}
      description={cdnTexts.description}
      actions={
        <Button variant="primary" onClick={open}>
          {cdnTexts.invalidate}
        </Button>
      }
    >
      {invalidations.error && invalidations.items.length === 0 ? (
        <QueryError query={invalidations} />
      ) : (
        <SpaceBetween size="l">
          {invalidations.error && <Alert type="warning">{invalidations.error.message}</Alert>}
          <MonthOfUse month={month} />
          <InvalidationTable invalidations={invalidations} onInvalidate={open} />
        </SpaceBetween>
      )}
      {isOpen && <InvalidateDialog onDismiss={() => setOpen(false)} />}
    </Page>
  );
}
