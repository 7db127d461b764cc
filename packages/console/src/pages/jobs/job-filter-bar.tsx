import Button from '@cloudscape-design/components/button';
import DateInput from '@cloudscape-design/components/date-input';
import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import { jobTexts as statusTexts } from '../../texts/job-status.ts';
import { jobsTexts } from '../../texts/jobs.ts';
import './jobs.css';
import { ranges, type useJobFilters } from './use-job-filters.ts';

const texts = jobsTexts.filters;
const kinds = ['', 'publish', 'upload', 'action'] as const;

const kindOption = (kind: string) => ({
  value: kind,
  label: kind ? jobsTexts.kinds[kind as keyof typeof jobsTexts.kinds] : texts.allKinds,
});
const rangeOption = (range: (typeof ranges)[number]) => ({ value: range, label: texts.ranges[range] });
const byOption = (mine: boolean) => ({ value: mine ? 'mine' : '', label: mine ? texts.mine : texts.all });
const statusOptions = Object.entries(statusTexts).map(([value, label]) => ({ value, label }));

/** The filters above the list of jobs. */
export function JobFilterBar({ used }: { used: ReturnType<typeof useJobFilters> }) {
  const { filters, isFiltered, change, reset } = used;
  const statuses = filters.status?.split(',') ?? [];
  return (
    <div className="job-filters">
      <FormField label={texts.range}>
        <Select
          selectedOption={rangeOption(filters.range)}
          options={ranges.map(rangeOption)}
          onChange={({ detail }) => {
            const { value } = detail.selectedOption;
            change({ range: value === 'all' ? undefined : value, from: undefined, to: undefined });
          }}
        />
      </FormField>
      {filters.range === 'custom' &&
        (['from', 'to'] as const).map((end) => (
          <FormField key={end} label={texts[end]}>
            <DateInput
              value={filters[end] ?? ''}
              format="iso"
              placeholder="YYYY-MM-DD"
              onChange={({ detail }) => change({ [end]: detail.value })}
            />
          </FormField>
        ))}
      <FormField label={texts.kind}>
        <Select
          selectedOption={kindOption(filters.kind ?? '')}
          options={kinds.map(kindOption)}
          onChange={({ detail }) => change({ type: detail.selectedOption.value })}
        />
      </FormField>
      <FormField label={texts.by}>
        <Select
          selectedOption={byOption(filters.mine)}
          options={[byOption(false), byOption(true)]}
          onChange={({ detail }) => change({ by: detail.selectedOption.value })}
        />
      </FormField>
      <FormField label={texts.status}>
        <Multiselect
          selectedOptions={statusOptions.filter(({ value }) => statuses.includes(value))}
          options={statusOptions}
          placeholder={texts.anyStatus}
          inlineTokens
          onChange={({ detail }) =>
            change({ status: detail.selectedOptions.map(({ value }) => value).join(',') })
          }
        />
      </FormField>
      {isFiltered && (
        <div className="job-filters-reset">
          <Button variant="link" onClick={reset}>
            {texts.reset}
          </Button>
        </div>
      )}
    </div>
  );
}
