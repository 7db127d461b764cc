import Button from '@cloudscape-design/components/button';
import DateInput from '@cloudscape-design/components/date-input';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { useRead } from '../../../api/use-read.ts';
import { auditTexts } from '../../../texts/audit.ts';
import { nameOfMember } from '../members/member.ts';
import type { useAuditFilters } from './use-audit-filters.ts';

const texts = auditTexts.filters;
const kinds = Object.entries(auditTexts.kinds).map(([value, label]) => ({ value, label }));

/** The filters above the audit. */
export function AuditFilterBar({ used }: { used: ReturnType<typeof useAuditFilters> }) {
  const { filters, isFiltered, change, reset } = used;
  const members = useRead('settings', 'listMembers');
  const [subject, setSubject] = useState(filters.subject);
  const anybody = { value: '', label: texts.anybody };
  const people = (members.data?.items ?? []).map((member) => ({
    value: member.subject,
    label: nameOfMember(member),
  }));
  // Somebody who is no member any more.
  const other = { value: filters.by, label: filters.by };
  const chosen = filters.by === '' ? anybody : (people.find(({ value }) => value === filters.by) ?? other);
  const chosenKinds = filters.kind.split(',');
  return (
    <section className="settings-fields settings-filters" aria-label={texts.label}>
      <FormField label={texts.kind}>
        <Multiselect
          selectedOptions={kinds.filter(({ value }) => chosenKinds.includes(value))}
          options={kinds}
          placeholder={texts.anyKind}
          onChange={({ detail }) =>
            change('kind', detail.selectedOptions.map(({ value }) => value).join(','))
          }
        />
      </FormField>
      <FormField label={texts.by}>
        <Select
          selectedOption={chosen}
          options={[anybody, ...people]}
          filteringType="auto"
          onChange={({ detail }) => change('by', detail.selectedOption.value ?? '')}
        />
      </FormField>
      <FormField label={texts.subject} constraintText={texts.subjectHint}>
        <Input
          value={subject}
          type="search"
          spellcheck={false}
          onChange={({ detail }) => {
            setSubject(detail.value);
            if (detail.value === '') change('subject', '');
          }}
          onBlur={() => change('subject', subject.trim())}
          onKeyDown={({ detail }) => {
            if (detail.key === 'Enter') change('subject', subject.trim());
          }}
        />
      </FormField>
      {(['from', 'to'] as const).map((end) => (
        <FormField key={end} label={texts[end]}>
          <DateInput
            value={filters[end]}
            format="iso"
            placeholder={texts.day}
            onChange={({ detail }) => change(end, detail.value)}
          />
        </FormField>
      ))}
      {isFiltered && (
        <Button
          variant="link"
          onClick={() => {
            setSubject('');
            reset();
          }}
        >
          {texts.reset}
        </Button>
      )}
    </section>
  );
}
