import { type Asset, type Metadata, timeAfter } from '../assets/asset.ts';
import { Failure, type FailureDetail } from '../failure.ts';
import { foldKeyword, tidyKeyword } from './keyword.ts';
import {
  maxAltTextLength,
  maxDescriptionLength,
  maxKeywordLength,
  maxKeywords,
  maxMetadataBytes,
  maxTitleLength,
} from './limits.ts';
import { checkFields, type FieldValue, hasControls, type MetadataSchema } from './metadata-schema.ts';

/** An edit of metadata. It changes only the given values; null removes a value. */
export interface MetadataEdit {
  readonly title?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly altText?: string | null | undefined;
  /** Replaces all keywords. */
  readonly keywords?: readonly string[] | null | undefined;
  readonly addKeywords?: readonly string[] | undefined;
  readonly removeKeywords?: readonly string[] | undefined;
  /** Values by field name; null removes all fields. */
  readonly fields?: Readonly<Record<string, FieldValue | null>> | null | undefined;
}

const texts = [
  { name: 'title', maxLength: maxTitleLength, lines: false },
  { name: 'description', maxLength: maxDescriptionLength, lines: true },
  { name: 'altText', maxLength: maxAltTextLength, lines: false },
] as const;

/**
 * The asset after an edit of its metadata. `modified` changes, and the version stays, since metadata is not served. An
 * empty text removes the value.
 * @param at ISO 8601, UTC
 * @returns the same object if the edit changes nothing
 * @throws Failure `request.invalid` that names each wrong field and its rule
 */
export function editMetadata(
  asset: Asset,
  edit: MetadataEdit,
  schema: MetadataSchema,
  { at, by }: { readonly at: string; readonly by: string },
): Asset {
  const wrong: FailureDetail[] = [];
  const after: { -readonly [Name in keyof Metadata]: Metadata[Name] | undefined } = {};

  for (const { name, maxLength, lines } of texts) {
    const given = edit[name];
    if (given === undefined) {
      after[name] = asset[name];
      continue;
    }
    const text = (given ?? '').normalize('NFC').trim();
    if ([...text].length > maxLength)
      wrong.push({
        field: name,
        message: `must have at most ${maxLength} characters; it has ${[...text].length}`,
      });
    if (hasControls(text) || (!lines && /[\n\t]/.test(text)))
      wrong.push({ field: name, message: 'must not contain control characters' });
    after[name] = text === '' ? undefined : text;
  }

  const keywords = keywordsAfter(asset.keywords ?? [], edit, wrong);
  after.keywords = keywords.length === 0 ? undefined : keywords;

  const fields = fieldsAfter(asset.fields ?? {}, edit.fields);
  if (edit.fields !== undefined)
    wrong.push(...checkFields(schema, fields, edit.fields === null ? [] : Object.keys(edit.fields)));
  after.fields = Object.keys(fields).length === 0 ? undefined : fields;

  if (wrong.length === 0 && new TextEncoder().encode(JSON.stringify(after)).length > maxMetadataBytes) {
    wrong.push({
      field: 'body',
      message: `must not make the metadata longer than ${maxMetadataBytes} bytes`,
    });
  }
  const [first] = wrong;
  if (first) {
    throw new Failure('request.invalid', `${first.field}: ${first.message}`, { details: wrong });
  }
  const { title, description, altText, keywords: oldKeywords, fields: oldFields, ...rest } = asset;
  const kept = Object.fromEntries(Object.entries(after).filter(([, value]) => value !== undefined));
  const edited: Asset = { ...rest, ...kept, modified: timeAfter(asset.modified, at), modifiedBy: by };
  return textOf(edited) === textOf(asset) ? asset : edited;
}

/**
 * Checks what an edit breaks on every asset, before it is made on many. What depends on an asset, such as its number of
 * keywords, is checked with it.
 * @param prefix of the fields in the error
 * @throws Failure `request.invalid`
 */
export function checkEdit(
  { keywords, addKeywords, fields = {} }: Pick<MetadataEdit, 'keywords' | 'addKeywords' | 'fields'>,
  schema: MetadataSchema,
  prefix: string,
): void {
  const wrong: FailureDetail[] = [];
  keywordsAfter([], { keywords, addKeywords }, wrong);
  const given = fieldsAfter({}, fields);
  const names = Object.keys(fields ?? {}).map((name) => `fields.${name}`);
  wrong.push(
    ...checkFields(schema, given, Object.keys(given)).filter(
      ({ field }) => names.includes(field) || field === 'fields',
    ),
  );
  const details = wrong.map(({ field, message }) => ({ field: `${prefix}${field}`, message }));
  const [first] = details;
  if (first) throw new Failure('request.invalid', `${first.field}: ${first.message}`, { details });
}

function keywordsAfter(before: readonly string[], edit: MetadataEdit, wrong: FailureDetail[]): string[] {
  const { keywords, addKeywords = [], removeKeywords = [] } = edit;
  const check = (list: readonly string[], name: string) => {
    const seen = new Set<string>();
    return list.map((given, index) => {
      const keyword = tidyKeyword(given);
      const field = `${name}[${index}]`;
      if (keyword === '') wrong.push({ field, message: 'must not be empty' });
      if ([...keyword].length > maxKeywordLength)
        wrong.push({
          field,
          message: `must have at most ${maxKeywordLength} characters; it has ${[...keyword].length}`,
        });
      if (hasControls(keyword)) wrong.push({ field, message: 'must not contain control characters' });
      if (seen.has(foldKeyword(keyword))) wrong.push({ field, message: `names "${keyword}" twice` });
      seen.add(foldKeyword(keyword));
      return keyword;
    });
  };
  const removed = new Set(removeKeywords.map(foldKeyword));
  const base = keywords === undefined ? [...before] : check(keywords ?? [], 'keywords');
  const kept = base.filter((keyword) => !removed.has(foldKeyword(keyword)));
  const there = new Set(kept.map(foldKeyword));
  const added = check(addKeywords, 'addKeywords').filter((keyword) => !there.has(foldKeyword(keyword)));
  const after = [...kept, ...added];
  if (after.length > maxKeywords)
    wrong.push({
      field: keywords === undefined ? 'addKeywords' : 'keywords',
      message: `must not make more than ${maxKeywords} keywords; there would be ${after.length}`,
    });
  return after;
}

function fieldsAfter(
  before: Readonly<Record<string, FieldValue>>,
  edit: MetadataEdit['fields'],
): Record<string, FieldValue> {
  if (edit === null) return {};
  const after: Record<string, FieldValue> = { ...before };
  for (const [name, value] of Object.entries(edit ?? {})) {
    if (value === null) delete after[name];
    else after[name] = typeof value === 'string' ? value.normalize('NFC').trim() : value;
  }
  return after;
}

/** A text that is equal for equal metadata, whatever the order of its fields. */
function textOf({ title, description, altText, keywords, fields = {} }: Metadata): string {
  const inOrder = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([title, description, altText, keywords, inOrder]);
}
