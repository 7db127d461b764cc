import DateInput from '@cloudscape-design/components/date-input';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import type { OperationResponse } from '@pressroom/client/create-client';
import { assetTexts } from '../../texts/asset.ts';

const texts = assetTexts.metadata;

type Field = OperationResponse<'readMetadataSchema'>['fields'][number];
type Value = string | number | boolean;

interface MetadataFieldProps {
  readonly field: Field;
  readonly value: Value | undefined;
  readonly mayChange: boolean;
  /** Undefined: no value. */
  readonly onChange: (value: Value | undefined) => void;
}

/** One field of the company's metadata schema. */
export function MetadataField({ field, value, mayChange, onChange }: MetadataFieldProps) {
  return (
    <FormField label={field.label} description={field.required && texts.required}>
      <Control field={field} value={value} mayChange={mayChange} onChange={onChange} />
    </FormField>
  );
}

function Control({ field, value, mayChange, onChange }: MetadataFieldProps) {
  const text = value === undefined ? '' : String(value);
  switch (field.type) {
    case 'choice':
    case 'boolean': {
      const options =
        field.type === 'choice'
          ? field.values.map((one) => ({ value: one, label: one }))
          : [
              { value: 'true', label: texts.yes },
              { value: 'false', label: texts.no },
            ];
      const none = { value: '', label: texts.none };
      return (
        <Select
          disabled={!mayChange}
          selectedOption={options.find((option) => option.value === text) ?? none}
          options={[none, ...options]}
          onChange={({ detail }) => {
            const chosen = detail.selectedOption.value || undefined;
            onChange(field.type === 'boolean' && chosen ? chosen === 'true' : chosen);
          }}
        />
      );
    }
    case 'date':
      return (
        <DateInput
          value={text}
          format="iso"
          placeholder="YYYY-MM-DD"
          readOnly={!mayChange}
          onChange={({ detail }) => onChange(detail.value || undefined)}
        />
      );
    case 'number':
      return (
        <Input
          type="number"
          inputMode="decimal"
          value={text}
          readOnly={!mayChange}
          onChange={({ detail }) => onChange(detail.value === '' ? undefined : Number(detail.value))}
        />
      );
    default:
      return (
        <Input
          value={text}
          readOnly={!mayChange}
          onChange={({ detail }) => onChange(detail.value || undefined)}
        />
      );
  }
}
