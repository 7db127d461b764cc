import type { OperationResponse } from '@pressroom/client/create-client';
import { metadataFieldsTexts as texts } from '../../../texts/metadata-fields.ts';

type Schema = OperationResponse<'readMetadataSchema'>;
/** With the ETag that a change names. */
export interface ReadSchema {
  readonly body: Schema;
  readonly etag: string | undefined;
}
export type MetadataField = Schema['fields'][number];

/** A field as it is typed. */
export interface FieldDraft {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
  readonly type: MetadataField['type'];
  /** Only of texts. Empty: no limit but that of the product. */
  readonly maxLength: string;
  /** Only of choices: one in each line. */
  readonly values: string;
}

export const newField: FieldDraft = {
  name: '',
  label: '',
  required: false,
  type: 'text',
  maxLength: '',
  values: '',
};

/** Values of a choice, and characters of a text, that the contract of writeMetadataSchema allows. */
const maxChoices = 500;
const maxTextLength = 1_000;

export function draftOfField(field: MetadataField): FieldDraft {
  return {
    name: field.name,
    label: field.label,
    required: field.required ?? false,
    type: field.type,
    maxLength: field.type === 'text' ? String(field.maxLength ?? '') : '',
    values: field.type === 'choice' ? field.values.join('\n') : '',
  };
}

/** @param draft without problems */
export function fieldOf({ type, ...draft }: FieldDraft): MetadataField {
  const base = { name: draft.name.trim(), label: draft.label.trim(), required: draft.required };
  if (type === 'choice') return { ...base, type, values: valuesOf(draft.values) };
  if (type !== 'text') return { ...base, type };
  return { ...base, type, ...(draft.maxLength.trim() && { maxLength: Number(draft.maxLength) }) };
}

function valuesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

/** @param taken names of the other fields */
export function problemsOfField(
  draft: FieldDraft,
  taken: readonly string[],
): Partial<Record<'name' | 'label' | 'maxLength' | 'values', string>> {
  const { name, label, type, maxLength, values } = draft;
  const list = valuesOf(values);
  const isLength = maxLength.trim() === '' || isWhole(maxLength.trim(), maxTextLength);
  const areValues = list.length > 0 && list.length <= maxChoices && new Set(list).size === list.length;
  return {
    ...(!/^[A-Za-z][\w-]{0,49}$/.test(name.trim()) && { name: texts.nameProblem }),
    ...(taken.includes(name.trim()) && { name: texts.nameTaken }),
    ...(label.trim() === '' && { label: texts.missing }),
    ...(type === 'text' && !isLength && { maxLength: texts.maxLengthProblem }),
    ...(type === 'choice' && !areValues && { values: texts.valuesProblem }),
  };
}

function isWhole(text: string, max: number): boolean {
  return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= max;
}
