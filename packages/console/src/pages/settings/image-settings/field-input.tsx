import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { imageSettingsTexts as texts } from '../../../texts/image-settings.ts';
import type { Field } from './image-settings-fields.ts';

interface FieldInputProps {
  readonly field: Field;
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (value: string) => void;
}

/** One field, with a control of its kind. */
export function FieldInput({ field, value, problem, onChange }: FieldInputProps) {
  const label = texts.fields[field.id];
  if (field.kind === 'flag')
    return (
      <Checkbox checked={value === 'true'} onChange={({ detail }) => onChange(String(detail.checked))}>
        {label}
      </Checkbox>
    );
  if (field.kind === 'choice') {
    const options = Object.entries(field.labels).map(([one, text]) => ({ value: one, label: text }));
    return (
      <FormField label={label}>
        <Select
          selectedOption={options.find((option) => option.value === value) ?? null}
          options={options}
          onChange={({ detail }) => onChange(detail.selectedOption.value ?? value)}
        />
      </FormField>
    );
  }
  return (
    <FormField
      label={label}
      errorText={problem}
      constraintText={
        field.kind === 'whole'
          ? texts.range(field.min, field.max)
          : field.kind === 'text' && texts.defaultImageHint
      }
    >
      <Input
        value={value}
        spellcheck={false}
        {...(field.kind === 'whole' && { inputMode: 'numeric' })}
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  );
}
