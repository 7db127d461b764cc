import { createHmac, timingSafeEqual } from 'node:crypto';
import { invalidField } from '../../domain/failure.ts';

/** What a cursor belongs to: it is not valid for another company, list, path or filter. */
export interface CursorOwner {
  readonly company: string;
  /** The operation id of the list. */
  readonly list: string;
  /** Parameters of the path. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The checked query, without the cursor itself and the size of the page, which may change from page to page. */
  readonly query: Readonly<Record<string, unknown>>;
}

/** Bytes: an attacker would have to send 2^127 requests to forge one cursor. */
const macBytes = 16;

/**
 * Signs the position in a list, so that no client can make one up: HMAC-SHA-256, cut to 128 bits, over the position and
 * the list that it belongs to. The position itself stays readable.
 * @param position in the alphabet of base64url
 */
export function sealCursor(position: string, owner: CursorOwner, key: Uint8Array): string {
  return `${position}.${macOf(position, owner, key)}`;
}

/**
 * Takes the signature off a cursor.
 * @returns the position
 * @throws Failure `request.invalid` that names `cursor` if this list, with these filters, did not give it
 */
export function openCursor(cursor: string, owner: CursorOwner, key: Uint8Array): string {
  const end = cursor.lastIndexOf('.');
  const position = cursor.slice(0, Math.max(end, 0));
  const given = Buffer.from(cursor.slice(end + 1));
  const right = Buffer.from(macOf(position, owner, key));
  if (end > 0 && given.length === right.length && timingSafeEqual(given, right)) return position;
  throw invalidField('cursor', 'is not one that this list gave for these filters and this order');
}

function macOf(position: string, { company, list, params, query }: CursorOwner, key: Uint8Array): string {
  const signed = JSON.stringify([company, list, inOrder(params), inOrder(query), position]);
  return createHmac('sha256', key).update(signed).digest().subarray(0, macBytes).toString('base64url');
}

/** Values by name, the names sorted, so that the order in the URL makes no difference. */
function inOrder(values: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
