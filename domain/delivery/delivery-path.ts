/** Part of the edge function: query-canonicaliser.ts lists the language features that it may use. */
import { companyPattern } from '../companies/company-name.ts';
import { composeText } from './compose-text.ts';

/** The asset that the path of a delivery URL names. */
export interface DeliveryPath {
  readonly kind: DeliveryKind;
  readonly company: string;
  /** Decoded, and in composed form (NFC) as ids are. Case matters. */
  readonly id: string;
}

/** The kind of delivery: transformed by the image server, sent unchanged, or sent in byte ranges. */
export type DeliveryKind = 'image' | 'content' | 'video';

const prefixes: readonly (readonly [prefix: string, kind: DeliveryKind])[] = [
  ['/is/image/', 'image'],
  ['/is/content/', 'content'],
  ['/e2/', 'video'],
];

// The rules of asset-id.ts again, since that file uses language features that the edge function lacks. A test compares
// the two.
export const maxIdInPathLength = 200;
/** Characters that no id contains, such as slash and percent sign. */
const neverInId = /[\\;/?:@&=+$,*"<>|'{}%]/;
/** Control characters (Unicode's Cc) in percent-encoding. */
const encodedControl = /%[01]|%7F|%C2%[89]/;

/**
 * Reads the path of a delivery URL.
 * @param path as sent, percent-encoded; it is decoded exactly once
 * @returns undefined if no asset can have this path, `'malformed'` if the percent-encoding is not valid
 */
export function readDeliveryPath(path: string): DeliveryPath | 'malformed' | undefined {
  for (let index = 0; index < prefixes.length; index++) {
    const entry = prefixes[index];
    if (entry === undefined || path.slice(0, entry[0].length) !== entry[0]) continue;
    const segments = path.slice(entry[0].length).split('/');
    const company = segments[0] || '';
    if (segments.length !== 2 || !companyPattern.test(company)) return undefined;
    let id: string;
    let encoded: string;
    try {
      id = composeText(decodeURIComponent(segments[1] || ''));
      encoded = encodeURIComponent(id);
    } catch (_error) {
      return 'malformed';
    }
    return isPossibleId(id) && !encodedControl.test(encoded)
      ? { kind: entry[1], company: company, id: id }
      : undefined;
  }
  return undefined;
}

function isPossibleId(id: string): boolean {
  // Length in characters, not in UTF-16 units. The check of the first character also excludes `..`.
  const characters = id.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '_').length;
  return (
    characters > 0 &&
    characters <= maxIdInPathLength &&
    id.charAt(0) !== '.' &&
    id.trim() === id &&
    !neverInId.test(id)
  );
}
