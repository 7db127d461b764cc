import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Time } from '../../../components/time.tsx';
import { appTexts } from '../../../texts/app.ts';
import { auditTexts as texts } from '../../../texts/audit.ts';
import type { AuditEntry } from './audit-table.tsx';

/** All of an entry: also what the request sent. */
export function AuditDetails({ entry, onDismiss }: { entry: AuditEntry; onDismiss: () => void }) {
  const { at, byName, role, kind, operation, subjects, subjectCount, outcome, code, change, requestId } =
    entry;
  const left = subjectCount - subjects.length;
  return (
    <Modal visible size="large" header={texts.detailsHeader} onDismiss={onDismiss}>
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={2}
          items={[
            { label: texts.at, value: <Time at={at} /> },
            { label: texts.filters.by, value: byName },
            { label: texts.role, value: appTexts.roles[role] },
            { label: texts.columns.what, value: texts.kinds[kind] },
            { label: texts.operation, value: <code>{operation}</code> },
            { label: texts.request, value: <code>{requestId}</code> },
            {
              label: texts.columns.outcome,
              value: outcome === 'unknown' ? texts.unknownWhy : texts.outcomes[outcome],
            },
            ...(code === undefined ? [] : [{ label: texts.code, value: <code>{code}</code> }]),
          ]}
        />
        {subjects.length > 0 && (
          <section aria-label={texts.columns.subjects}>
            <b>{texts.columns.subjects}</b>
            <ul className="settings-list">
              {subjects.map((subject) => (
                <li key={subject}>{subject}</li>
              ))}
              {left > 0 && <li>{texts.more(left)}</li>}
            </ul>
          </section>
        )}
        {change && (
          <section aria-label={texts.sent}>
            <b>{texts.sent}</b>
            <pre className="settings-json">{JSON.stringify(change, null, 2)}</pre>
          </section>
        )}
      </SpaceBetween>
    </Modal>
  );
}
