import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { FormDialog } from '../../../components/form-dialog.tsx';
import { metadataFieldsTexts as texts } from '../../../texts/metadata-fields.ts';
import {
  draftOfField,
  type FieldDraft,
  fieldOf,
  type MetadataField,
  newField,
  problemsOfField,
} from './field-draft.ts';

interface FieldDialogProps {
  /** Undefined: a new one. */
  readonly field: MetadataField | undefined;
  /** Names of the other fields. */
  readonly taken: readonly string[];
  readonly onDone: (field: MetadataField) => void;
  readonly onDismiss: () => void;
}

const types = (Object.keys(texts.types) as FieldDraft['type'][]).map((value) => ({
  value,
  label: texts.types[value],
}));

/** A field of the list. The whole list is saved afterwards. */
export function FieldDialog({ field, taken, onDone, onDismiss }: FieldDialogProps) {
  const [draft, setDraft] = useState(() => (field ? draftOfField(field) : newField));
  const [hasTried, setTried] = useState(false);
  const found = problemsOfField(draft, taken);
  const problems = hasTried ? found : {};
  const change = (values: Partial<FieldDraft>) => setDraft((before) => ({ ...before, ...values }));
  return (
    <FormDialog
      header={field ? texts.editHeader(field.label) : texts.addHeader}
      button={texts.done}
      isValid={Object.keys(found).length === 0}
      onTry={() => setTried(true)}
      onSubmit={async () => onDone(fieldOf(draft))}
      onDismiss={onDismiss}
    >
      <FormField label={texts.label} constraintText={texts.labelHint} errorText={problems.label}>
        <Input value={draft.label} autoFocus onChange={({ detail }) => change({ label: detail.value })} />
      </FormField>
      {!field && (
        <FormField label={texts.name} constraintText={texts.nameHint} errorText={problems.name}>
          <Input
            value={draft.name}
            spellcheck={false}
            onChange={({ detail }) => change({ name: detail.value })}
          />
        </FormField>
      )}
      <FormField label={texts.type}>
        <Select
          selectedOption={types.find(({ value }) => value === draft.type) ?? null}
          options={types}
          onChange={({ detail }) => change({ type: detail.selectedOption.value as FieldDraft['type'] })}
        />
      </FormField>
      {draft.type === 'text' && (
        <FormField label={texts.maxLength} errorText={problems.maxLength}>
          <Input
            value={draft.maxLength}
            inputMode="numeric"
            onChange={({ detail }) => change({ maxLength: detail.value })}
          />
        </FormField>
      )}
      {draft.type === 'choice' && (
        <FormField label={texts.values} errorText={problems.values}>
          <Textarea
            value={draft.values}
            rows={5}
            onChange={({ detail }) => change({ values: detail.value })}
          />
        </FormField>
      )}
      <Checkbox checked={draft.required} onChange={({ detail }) => change({ required: detail.checked })}>
        {texts.requiredLabel}
      </Checkbox>
    </FormDialog>
  );
}
