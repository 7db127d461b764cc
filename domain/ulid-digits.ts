/** The digits of ULIDs: Crockford's base 32, in the order of their values. */
export const ulidAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The last `count` digits of a number. */
export function ulidDigits(value: bigint, count: number): string {
  let rest = value;
  let text = '';
  for (let digit = 0; digit < count; digit += 1) {
    text = `${ulidAlphabet[Number(rest & 31n)]}${text}`;
    rest >>= 5n;
  }
  return text;
}
