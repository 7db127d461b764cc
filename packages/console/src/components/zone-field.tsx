import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { dateTexts } from '../texts/dates.ts';

/** IANA names of time zones, as the browser knows them. */
const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone.includes('/'))];

interface ZoneFieldProps {
  readonly timeZone: string;
  readonly onChange: (timeZone: string) => void;
}

/** The time zone that dates and times of a form are in. */
export function ZoneField({ timeZone, onChange }: ZoneFieldProps) {
  return (
    <FormField label={dateTexts.zone}>
      <Select
        selectedOption={{ value: timeZone, label: timeZone }}
        options={[...new Set([timeZone, ...zones])].map((value) => ({ value, label: value }))}
        filteringType="auto"
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? timeZone)}
      />
    </FormField>
  );
}
