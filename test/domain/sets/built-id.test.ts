import { describe, expect, it } from 'vitest';
import { checkBuiltId } from '../../../domain/sets/built-id.ts';

describe('an id that was chosen', () => {
  it.each(['red shoe', 'terrace (north)', 'café', 'v1.2', 'Übergang im Schnee', 'x'.repeat(200)])(
    'is taken as it is: %s',
    (id) => {
      expect(() => checkBuiltId(id)).not.toThrow();
    },
  );

  it.each([
    ['a/b', 'must not hold'],
    ['50%', 'must not hold'],
    ['a\u0000b', 'must not hold'],
    [' a', 'must not hold'],
    ['.hidden', 'hidden file'],
    ['{}', 'leaves no id'],
    ['x'.repeat(201), 'at most 200'],
  ])('is refused with its rule: %j', (id, message) => {
    expect(() => checkBuiltId(id)).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        details: [{ field: 'id', message: expect.stringContaining(message) }],
      }),
    );
  });
});
