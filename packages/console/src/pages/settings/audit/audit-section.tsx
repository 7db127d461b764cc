import { useState } from 'react';
import { usePages } from '../../../api/use-pages.ts';
import { QueryError } from '../../../components/query-error.tsx';
import { AuditDetails } from './audit-details.tsx';
import { type AuditEntry, AuditTable } from './audit-table.tsx';
import { useAuditFilters } from './use-audit-filters.ts';

/** Who changed what, and when; with filters, details and export. */
export default function AuditSection() {
  const used = useAuditFilters();
  const audit = usePages('settings', 'listAudit', { query: { limit: 50, ...used.query } });
  const [shown, setShown] = useState<AuditEntry>();
  if (audit.error && audit.items.length === 0) return <QueryError query={audit} />;
  return (
    <>
      <AuditTable audit={audit} used={used} onShow={setShown} />
      {shown && <AuditDetails entry={shown} onDismiss={() => setShown(undefined)} />}
    </>
  );
}
