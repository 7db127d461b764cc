import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesSubject, subjectProblem } from '../../../domain/companies/trust-rule.ts';

describe('A subject pattern', () => {
  it.each([
    ['repo:example/website:ref:refs/heads/main', 'repo:example/website:ref:refs/heads/main', true],
    ['repo:example/website:ref:refs/heads/main', 'repo:example/website:ref:refs/heads/main2', false],
    ['repo:example/website:*', 'repo:example/website:ref:refs/heads/main', true],
    ['repo:example/website:*', 'repo:example/website', false],
    ['repo:example/website:*', 'repo:example/website-evil:ref:refs/heads/main', false],
    ['repo:example/*:environment:live', 'repo:example/shop:environment:live', true],
    ['repo:example/*:environment:live', 'repo:example/shop:environment:live2', false],
    ['repo:example/*:environment:*', 'repo:example/shop:environment:', true],
    ['ab*ba', 'aba', false],
    ['ab*ba', 'abba', true],
    ['a*b*c', 'a-c-b', false],
    ['a.c', 'abc', false],
    ['Repo', 'repo', false],
  ])('%s accepts %s: %s', (pattern, subject, expected) => {
    expect(matchesSubject(pattern, subject)).toBe(expected);
  });

  it('accepts what a regular expression of the same meaning accepts', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 7 });
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        expect(matchesSubject(pattern, text)).toBe(
          new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text),
        );
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['https://token.actions.githubusercontent.com', 'repo:example/website:*', undefined],
    ['https://token.actions.githubusercontent.com', 'repo:example/*', undefined],
    ['https://token.actions.githubusercontent.com', 'repo:*', 'must name an owner before the first asterisk'],
    ['https://token.actions.githubusercontent.com', 'repo:exam*/website', 'must name an owner'],
    ['https://token.actions.githubusercontent.com', '*', 'must name an owner'],
    ['https://gitlab.com', 'project_path:example/*', undefined],
    ['https://gitlab.com', 'project_path:*', 'must name an owner'],
    ['https://ci.example.com', 'project:*', undefined],
    ['https://ci.example.com', '*', 'must have at least 4 characters before the first asterisk'],
    ['https://ci.example.com', 'job', undefined],
    ['https://ci.example.com', 'project:*:*:*:*:*', 'must have at most 4 asterisks'],
  ])('of %s may be %s: %s', (issuer, subject, problem) => {
    if (problem === undefined) expect(subjectProblem({ issuer, subject })).toBeUndefined();
    else expect(subjectProblem({ issuer, subject })).toContain(problem);
  });
});
