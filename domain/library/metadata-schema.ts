/**
 * A company's schema for the metadata fields of its assets. Values are checked only when they are written. If a schema
 * changes, existing values that break it stay until a member edits the fields of their asset.
 */
import type { FailureDetail } from '../failure.ts';
import { maxFields, maxFieldTextLength } from './limits.ts';

export const fieldTypes = ['text', 'number', 'boolean', 'date', 'choice'] as const;

/** Names of fields. They appear in URLs of a console and in column headings, so they are plain ASCII. */
export const fieldName = /^[A-Za-z][A-Za-z0-9_-]{0,49}$/;

/**
 * Whether every JavaScript object has a property of this name, such as `constructor`. As a field name it would hide a
 * property by which the DynamoDB client recognises plain objects, and the record could not be written.
 */
export function isReservedName(name: string): boolean {
  return name in Object.prototype;
}

export type FieldValue = string | number | boolean;
export type Fields = Readonly<Record<string, FieldValue>>;

interface FieldBase {
  readonly name: string;
  /** The name that members see. */
  readonly label: string;
  /** After an edit of an asset's fields, this one must have a value. */
  readonly required: boolean;
}

export type MetadataField =
  | (FieldBase & { readonly type: 'text'; readonly maxLength?: number | undefined })
  | (FieldBase & { readonly type: 'number' | 'boolean' | 'date' })
  | (FieldBase & { readonly type: 'choice'; readonly values: readonly string[] });

export interface MetadataSchema {
  readonly fields: readonly MetadataField[];
  /** Fields that are not in the schema are allowed. */
  readonly freeFields: boolean;
}

/** The schema of a company that has not set one. */
export const defaultSchema: MetadataSchema = { fields: [], freeFields: true };

/**
 * Checks the fields that an asset would have after an edit.
 * @param given names that the edit sets: only their values are checked
 * @returns the wrong fields, each with the rule that it breaks
 */
export function checkFields(
  schema: MetadataSchema,
  fields: Fields,
  given: readonly string[],
): FailureDetail[] {
  const known = new Map(schema.fields.map((field) => [field.name, field]));
  const wrong = given.flatMap((name) => {
    const value = fields[name];
    if (value === undefined) return [];
    const field = known.get(name);
    const message = field ? brokenRule(field, value) : brokenFreeRule(schema, name, value);
    return message === undefined ? [] : [{ field: `fields.${name}`, message }];
  });
  const missing = schema.fields.flatMap(({ name, required }) =>
    required && isEmpty(fields[name]) ? [{ field: `fields.${name}`, message: 'is required' }] : [],
  );
  const tooMany =
    Object.keys(fields).length > maxFields
      ? [
          {
            field: 'fields',
            message: `must have at most ${maxFields} fields; there would be ${Object.keys(fields).length}`,
          },
        ]
      : [];
  return [...wrong, ...missing, ...tooMany];
}

function brokenRule(field: MetadataField, value: FieldValue): string | undefined {
  switch (field.type) {
    case 'text':
      return typeof value === 'string' ? brokenTextRule(value, field.maxLength) : 'must be a text';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? undefined : 'must be a number';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'date':
      return typeof value === 'string' && isDate(value) ? undefined : 'must be a date like 2026-11-24';
    case 'choice':
      return field.values.includes(String(value)) && typeof value === 'string'
        ? undefined
        : `must be one of ${field.values.slice(0, 10).join(', ')}${field.values.length > 10 ? ', …' : ''}`;
  }
}

function brokenFreeRule(schema: MetadataSchema, name: string, value: FieldValue): string | undefined {
  if (!schema.freeFields) return "is not in the company's metadata schema";
  if (!fieldName.test(name))
    return 'is not a valid name: names begin with a letter and have up to 50 letters, digits, - and _';
  if (isReservedName(name)) return 'is a reserved name. Choose another one';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'must be a number';
  return typeof value === 'string' ? brokenTextRule(value, undefined) : undefined;
}

function brokenTextRule(value: string, ownLimit: number | undefined): string | undefined {
  const maxLength = Math.min(ownLimit ?? maxFieldTextLength, maxFieldTextLength);
  if ([...value].length > maxLength)
    return `must have at most ${maxLength} characters; it has ${[...value].length}`;
  return hasControls(value) ? 'must not contain control characters' : undefined;
}

/** Whether a text has control characters other than line feed and tab, or lone surrogates. */
export function hasControls(text: string): boolean {
  return /[^\P{Cc}\n\t]/u.test(text) || !text.isWellFormed();
}

function isEmpty(value: FieldValue | undefined): boolean {
  return value === undefined || (typeof value === 'string' && value.trim() === '');
}

function isDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}
