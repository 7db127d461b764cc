import { describe, expect, it } from 'vitest';
import { Failure } from '../../domain/failure.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';

const failure = () => new Failure('storage.busy', 'It keeps changing; try again');

describe('untilUnchanged', () => {
  it.each([
    [1, 5],
    [3, 5],
    [5, 5],
    [2, 2],
  ])(
    'returns the result of attempt %i of %i when the earlier ones met another writer',
    async (first, limit) => {
      const numbers: number[] = [];
      const result = await untilUnchanged(
        async (number) => {
          numbers.push(number);
          return number === first ? 'written' : changedMeanwhile;
        },
        failure,
        limit,
      );
      expect(result).toBe('written');
      expect(numbers).toEqual(Array.from({ length: first }, (_, index) => index + 1));
    },
  );

  it('throws the failure if the last attempt was in conflict with another writer', async () => {
    let attempts = 0;
    const always = async () => {
      attempts += 1;
      return changedMeanwhile;
    };
    await expect(untilUnchanged(always, failure)).rejects.toMatchObject({ code: 'storage.busy' });
    expect(attempts).toBe(5);
  });

  it('returns undefined as a result like any other', async () => {
    expect(await untilUnchanged(async () => undefined, failure)).toBeUndefined();
  });
});
