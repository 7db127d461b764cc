import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mutations } from './mutations.ts';

const path = (name: string) => new URL(`../../${name}`, import.meta.url);

describe('the list of mutations', () => {
  it.each(mutations)('names a text that its file has once: $breaks', ({ file, before, after, test }) => {
    expect(readFileSync(path(file), 'utf8').split(before)).toHaveLength(2);
    expect(after).not.toBe(before);
    expect(existsSync(path(test))).toBe(true);
  });

  it('has ten', () => {
    expect(mutations).toHaveLength(10);
  });
});
