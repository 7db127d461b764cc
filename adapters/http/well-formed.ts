import { Failure, type FailureDetail } from '../../domain/failure.ts';

/** A value, and how to reach it from the whole. */
interface Place {
  readonly value: unknown;
  readonly key: string;
  readonly parent?: Place;
}

/** Characters of a field's name in an error. */
const maxNameLength = 200;

/**
 * Checks that all texts of a request are Unicode: names and values, at any depth. A text that has half of a surrogate pair
 * (`"\ud800"` in JSON) cannot be written in UTF-8, so that no table, key or log could hold it.
 * @throws Failure `request.invalid` that names the field
 */
export function checkWellFormed(values: unknown): void {
  // A list of places and no recursion: 1 MB of brackets is nested half a million times.
  const open: Place[] = [{ value: values, key: '' }];
  for (let place = open.pop(); place; place = open.pop()) {
    const { value } = place;
    if (typeof value === 'string' && !value.isWellFormed()) throw malformed(place);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, item] of Object.entries(value)) {
      const inner: Place = { value: item, key, parent: place };
      if (!key.isWellFormed()) throw malformed(inner);
      open.push(inner);
    }
  }
}

function malformed(place: Place): Failure {
  let name = '';
  for (let at: Place | undefined = place; at?.parent && name.length < maxNameLength; at = at.parent) {
    const part = Array.isArray(at.parent.value) ? `[${at.key}]` : at.key;
    name = name === '' || name.startsWith('[') ? part + name : `${part}.${name}`;
  }
  return refusal({
    field: name.toWellFormed() || 'body',
    message: 'must be valid Unicode; it contains half of a surrogate pair',
  });
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
