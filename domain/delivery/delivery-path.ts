/** Part of the edge function: see image-commands.ts for what that asks of the code. */
import { companyPattern } from '../companies/company-name.ts';

/** What a delivery URL's path names. */
export interface DeliveryPath {
  readonly kind: DeliveryKind;
  readonly company: string;
  /** Decoded. Matched as it is: case counts, and accented letters are in NFC. */
  readonly id: string;
}

export type DeliveryKind = 'image' | 'content' | 'video';

const prefixes: readonly (readonly [prefix: string, kind: DeliveryKind])[] = [
  ['/is/image/', 'image'],
  ['/is/content/', 'content'],
  ['/e2/', 'video'],
];

// The rules of asset-id.ts once more, since that file is written in more than the edge function may be. A test holds
// them together.
export const maxIdInPathLength = 200;
/** What no id contains: among it the slash and the percent sign. */
const neverInId = /[\\;/?:@&=+$,*"<>|'{}%]/;
/** Controls (Unicode's Cc), as they are percent-encoded. */
const encodedControl = /%[01]|%7F|%C2%[89]/;

/**
 * Reads the path of a delivery URL.
 * @param path as sent, percent-encoded; decoded exactly once
 * @returns undefined where no asset can be, `'malformed'` where the percent-encoding is broken
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
      id = decodeURIComponent(segments[1] || '');
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
  // In characters, not in UTF-16 units. `..` is out with all that begins with a dot.
  const characters = id.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '_').length;
  return (
    characters > 0 &&
    characters <= maxIdInPathLength &&
    id.charAt(0) !== '.' &&
    id.trim() === id &&
    !neverInId.test(id)
  );
}
