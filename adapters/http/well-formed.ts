import { Failure, type FailureDetail } from '../../domain/failure.ts';

/**
 * Checks that all texts of a request are Unicode: names and values, at any depth. A text that has half of a surrogate pair
 * (`"\ud800"` in JSON) cannot be written in UTF-8, so that no table, key or log could hold it.
 * @param where put before every field's name: `query`, or nothing for the body
 * @throws Failure `request.invalid` that names the field
 */
export function checkWellFormed(values: unknown, where = ''): void {
  const field = findMalformed(values, where);
  if (field === undefined) return;
  const message = 'must be valid Unicode; it contains half of a surrogate pair';
  throw refusal({ field: field.toWellFormed() || 'body', message });
}

/** @returns the name of the first field with a malformed text */
function findMalformed(value: unknown, field: string): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : field;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const name = Array.isArray(value) ? `${field}[${key}]` : field === '' ? key : `${field}.${key}`;
    const found = key.isWellFormed() ? findMalformed(item, name) : name;
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Checks that percent-encoded text is UTF-8. `URLSearchParams` would read other bytes as U+FFFD without an error.
 * @param field name of the part of the request
 * @throws Failure `request.invalid`
 */
export function checkPercentEncoding(encoded: string, field: string): void {
  // A percent sign that begins no code is text.
  for (const [codes] of encoded.matchAll(/(?:%[0-9A-Fa-f]{2})+/g)) {
    try {
      decodeURIComponent(codes);
    } catch {
      throw refusal({ field, message: `must be percent-encoded UTF-8; ${codes.slice(0, 30)} is not` });
    }
  }
}

function refusal(detail: FailureDetail): Failure {
  return new Failure('request.invalid', `${detail.field}: ${detail.message}`, { details: [detail] });
}
