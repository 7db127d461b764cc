import type { OperationBody, OperationResponse } from '@pressroom/client/create-client';
import { imageSettingsTexts as texts } from '../../../texts/image-settings.ts';

type ImageSettings = OperationResponse<'readImageSettings'>;
/** With the ETag that a change names. */
export interface ReadImageSettings {
  readonly body: ImageSettings;
  readonly etag: string | undefined;
}

type Edit = OperationBody<'putImageSettings'>;
type FieldId = keyof typeof texts.fields;

/** What can be typed into a field, and what is right. */
export type Field =
  | { readonly id: FieldId; readonly kind: 'whole'; readonly min: number; readonly max: number }
  | { readonly id: FieldId; readonly kind: 'colour' | 'text' | 'flag' }
  | { readonly id: FieldId; readonly kind: 'choice'; readonly labels: Readonly<Record<string, string>> };

const whole = (id: FieldId, min: number, max: number): Field => ({ id, kind: 'whole', min, max });
const choice = (id: FieldId, labels: Readonly<Record<string, string>>): Field => ({
  id,
  kind: 'choice',
  labels,
});

/** Pixels and seconds that the contract of putImageSettings allows. */
const maxSide = 5_000;
const maxThumbnailSide = 1_000;
const maxSeconds = 36_000;
const minEdgeSeconds = 60;

/** All fields, as the form shows them. */
export const groups: readonly {
  readonly id: keyof typeof texts.groups;
  readonly fields: readonly Field[];
}[] = [
  {
    id: 'size',
    fields: [
      whole('maxPix.width', 1, maxSide),
      whole('maxPix.height', 1, maxSide),
      whole('defaultPix.width', 0, maxSide),
      whole('defaultPix.height', 0, maxSide),
    ],
  },
  {
    id: 'look',
    fields: [
      { id: 'bkgColor', kind: 'colour' },
      whole('jpegQuality.quality', 1, 100),
      choice('resMode', texts.choices.resMode),
      { id: 'jpegQuality.fullChroma', kind: 'flag' },
    ],
  },
  {
    id: 'missing',
    fields: [
      { id: 'defaultImage', kind: 'text' },
      choice('defaultImageStatus', texts.choices.defaultImageStatus),
      choice('defaultImageMode', texts.choices.defaultImageMode),
    ],
  },
  {
    id: 'thumbnail',
    fields: [
      whole('thumbnail.width', 1, maxThumbnailSide),
      whole('thumbnail.height', 1, maxThumbnailSide),
      choice('thumbnail.type', texts.choices.type),
      { id: 'thumbnail.bkgColor', kind: 'colour' },
      choice('thumbnail.horizontalAlign', texts.choices.horizontalAlign),
      choice('thumbnail.verticalAlign', texts.choices.verticalAlign),
    ],
  },
  {
    id: 'lifetimes',
    fields: [
      whole('lifetimes.image', minEdgeSeconds, maxSeconds),
      whole('lifetimes.defaultImage', minEdgeSeconds, maxSeconds),
      whole('lifetimes.response', minEdgeSeconds, maxSeconds),
      whole('lifetimes.browser', 0, maxSeconds),
    ],
  },
];

export const fields = groups.flatMap((group) => group.fields);

/** What the form holds: everything as text. */
export type Draft = Readonly<Record<FieldId, string>>;

export function draftOf(settings: ImageSettings): Draft {
  const storedOf = (id: string) =>
    id.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], settings);
  return Object.fromEntries(fields.map(({ id }) => [id, String(storedOf(id) ?? '')])) as Draft;
}

/** What is wrong with a value; undefined if nothing is. */
export function problemOf(field: Field, value: string): string | undefined {
  if (field.kind === 'colour') return /^[\da-f]{6}$/i.test(value) ? undefined : texts.colourProblem;
  if (field.kind !== 'whole') return undefined;
  const { min, max } = field;
  const isRight = /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max;
  return isRight ? undefined : texts.problem(min, max);
}

/** @param draft without problems */
export function editOf(draft: Draft): Edit {
  const edit: Record<string, unknown> = {};
  for (const field of fields) {
    const [first = '', second] = field.id.split('.');
    const value = sentValue(field, draft[field.id]);
    if (second === undefined) edit[first] = value;
    else edit[first] = { ...(edit[first] as object | undefined), [second]: value };
  }
  // The fields above are those of the contract, which checks them once more.
  return edit as Edit;
}

function sentValue({ id, kind }: Field, text: string): unknown {
  if (kind === 'whole' || id === 'defaultImageStatus') return Number(text);
  if (kind === 'flag') return text === 'true';
  return kind === 'text' ? text.trim() || null : text;
}
