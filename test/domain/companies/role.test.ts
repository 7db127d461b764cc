import { describe, expect, it } from 'vitest';
import { companyPattern } from '../../../domain/companies/company-name.ts';
import { mayChange } from '../../../domain/companies/own-work.ts';
import { isAtLeast } from '../../../domain/companies/role.ts';

describe('roles', () => {
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
  ] as const)('%s does what takes %s: %s', (role, needed, does) => {
    expect(isAtLeast(role, needed)).toBe(does);
  });
});

describe('who may change and cancel work', () => {
  it.each([
    ['admin', 'own', true],
    ['admin', 'of another', true],
    ['user', 'own', true],
    ['user', 'of another', false],
    ['viewer', 'own', false],
    ['viewer', 'of another', false],
  ] as const)('%s, %s: %s', (role, whose, may) => {
    expect(mayChange({ subject: 'me', role }, { submittedBy: whose === 'own' ? 'me' : 'you' })).toBe(may);
  });
});

describe('the name of a company', () => {
  it.each(['luma', 'Luma_2', 'a', '9-lives', 'x'.repeat(63)])('may be %s', (name) => {
    expect(name).toMatch(companyPattern);
  });
  it.each(['', 'a#b', 'a/b', 'a b', '-a', 'ä', 'x'.repeat(64), 'a\n'])('may not be %j', (name) => {
    expect(name).not.toMatch(companyPattern);
  });
});
