import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';

const position = z.strictObject({ folder: z.string(), id: z.string() });

describe('a cursor', () => {
  it('comes back as it went out, and is safe in a URL', () => {
    fc.assert(
      fc.property(fc.record({ folder: fc.string({ unit: 'grapheme' }), id: fc.string() }), (place) => {
        const cursor = writeCursor(place);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(readCursor(position, cursor)).toEqual(place);
      }),
      { numRuns: 100 },
    );
  });

  it('is none where none is given', () => {
    expect(readCursor(position, undefined)).toBeUndefined();
  });

  it.each([
    'x',
    '%%%',
    writeCursor(null),
    writeCursor('text'),
    writeCursor({ folder: '/' }),
    writeCursor({ folder: '/', id: 7 }),
    writeCursor({ folder: '/', id: 'a', pk: 'ASSET#other#a' }),
    writeCursor({ folder: '/', id: 'a' }).slice(0, -4),
  ])('that is forged is refused by name: %s', (cursor) => {
    expect(() => readCursor(position, cursor)).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        details: [{ field: 'cursor', message: 'is not one that this list gave' }],
      }),
    );
  });
});
