import { createHash } from 'node:crypto';

/** An id in CloudFront's form, the same after every restart: a letter, then 13 capital letters and digits. */
export function stableId(letter: string, name: string): string {
  const digest = createHash('sha256').update(name).digest();
  const text = BigInt(`0x${digest.toString('hex')}`)
    .toString(36)
    .toUpperCase();
  return `${letter}${text.slice(0, 13)}`;
}

/** The id of a CloudFront policy: a UUID, the same after every restart. */
export function stableUuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
