import { describe, expect, it } from 'vitest';
import { companyPattern } from '../../../domain/companies/company-name.ts';
import { isAtLeast, mayChange } from '../../../domain/companies/role.ts';

describe('the role', () => {
  it.each([
    ['viewer', 'viewer', true],
    ['viewer', 'user', false],
    ['viewer', 'admin', false],
    ['user', 'viewer', true],
    ['user', 'user', true],
    ['user', 'admin', false],
    ['admin', 'viewer', true],
    ['admin', 'user', true],
    ['admin', 'admin', true],
  ] as const)('%s has the rights of %s: %s', (role, needed, does) => {
    expect(isAtLeast(role, needed)).toBe(does);
  });
});

describe('the right to change and cancel jobs', () => {
  it.each([
    ['admin', 'their own', true],
    ['admin', "another member's", true],
    ['user', 'their own', true],
    ['user', "another member's", false],
    ['viewer', 'their own', false],
    ['viewer', "another member's", false],
  ] as const)('of the role %s for %s job is %s', (role, whose, may) => {
    expect(mayChange({ subject: 'me', role }, { submittedBy: whose === 'their own' ? 'me' : 'you' })).toBe(
      may,
    );
  });
});

describe('the name of a company', () => {
  it.each(['luma', 'Luma_2', 'a', '9-lives', 'x'.repeat(63)])('can be %s', (name) => {
    expect(name).toMatch(companyPattern);
  });
  it.each(['', 'a#b', 'a/b', 'a b', '-a', 'ä', 'x'.repeat(64), 'a\n'])('cannot be %j', (name) => {
    expect(name).not.toMatch(companyPattern);
  });
});
