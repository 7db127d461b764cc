import { describe, expect, it } from 'vitest';
import {
  type CompanySecret,
  rotateSecrets,
  validSecrets,
} from '../../../domain/notifications/company-secrets.ts';

const fresh = (id: string, created: string): CompanySecret => ({ id, secret: `whsec_${id}`, created });
const day = (number: number, hour = 0) => new Date(Date.UTC(2026, 10, 20 + number, hour)).toISOString();
const ids = (secrets: readonly CompanySecret[]) => secrets.map(({ id }) => id);

describe('the secrets of a company', () => {
  it('are empty at first, and the first secret is valid until the next rotation', () => {
    expect(validSecrets([], day(0))).toEqual([]);
    const first = rotateSecrets([], fresh('a', day(0)), day(0));
    expect(first).toEqual([fresh('a', day(0))]);
    expect(validSecrets(first, day(4_000))).toEqual(first);
  });

  it('are two in the 24 hours after a rotation', () => {
    const two = rotateSecrets([fresh('a', day(0))], fresh('b', day(5)), day(5));
    expect(two).toEqual([fresh('b', day(5)), { ...fresh('a', day(0)), validUntil: day(6) }]);
    expect(ids(validSecrets(two, day(5, 23)))).toEqual(['b', 'a']);
    expect(ids(validSecrets(two, day(6)))).toEqual(['b']);
  });

  it('are never more than two, and no rotation extends the validity of a secret', () => {
    const two = rotateSecrets([fresh('a', day(0))], fresh('b', day(5)), day(5));
    const three = rotateSecrets(two, fresh('c', day(5, 1)), day(5, 1));
    expect(ids(three)).toEqual(['c', 'b']);
    expect(three[1]?.validUntil).toBe(day(6, 1));
  });
});
