import { expect, it } from 'vitest';
import { lazily } from '../../../adapters/runtime/lazily.ts';

interface Greeter {
  greet(name: string, mark?: string): Promise<string>;
}

const greeter: Greeter = { greet: async (name, mark = '.') => `Hello ${name}${mark}` };

it('an adapter is loaded with its first call', async () => {
  let loads = 0;
  const lazy = lazily<Greeter>(
    async () => {
      loads += 1;
      return greeter;
    },
    { greet: true },
  );
  expect(loads).toBe(0);
  // Groups of dependencies are spread.
  expect(await { ...lazy }.greet('Ann', '!')).toBe('Hello Ann!');
  expect(loads).toBe(1);
});

it('a load that fails fails the call, and the next call loads again', async () => {
  const loads = [() => Promise.reject(new Error('No disk')), async () => greeter];
  const lazy = lazily<Greeter>(() => loads.shift()?.() ?? Promise.reject(new Error('Loaded too often')), {
    greet: true,
  });
  await expect(lazy.greet('Ann')).rejects.toThrow('No disk');
  expect(await lazy.greet('Ann')).toBe('Hello Ann.');
});
