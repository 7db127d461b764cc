import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../src/edge/origin.ts';
import { createSharedBody } from '../../src/edge/shared-body.ts';

/** A source that counts the chunks that were read, and records when it was closed. */
function countedSource(chunks: readonly Uint8Array[]) {
  const state = { taken: 0, ended: false };
  const source = (async function* () {
    try {
      for (const chunk of chunks) {
        state.taken += 1;
        yield chunk;
      }
    } finally {
      state.ended = true;
    }
  })();
  return { source, state };
}

const retained = { retain: true, limit: 1_000_000, highWater: 10, expected: undefined };
const unretained = { ...retained, retain: false };
const bytes = (count: number) => Array.from({ length: count }, (_, index) => Uint8Array.of(index % 256));

describe('a shared body', () => {
  it('returns the requested part to every reader, for any sequence of chunks', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 12 });
    const parts = fc.array(fc.tuple(fc.nat(250), fc.nat(250)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(chunks, parts, fc.boolean(), async (pieces, ranges, retain) => {
        const whole = Buffer.concat(pieces);
        const body = createSharedBody(countedSource(pieces).source, { ...retained, retain });
        const readers = ranges.map(([start, length]) => body.read(start, start + length));
        const read = await Promise.all(readers.map(readBody));
        for (const [index, [start, length]] of ranges.entries()) {
          expect(read[index]?.equals(whole.subarray(start, start + length))).toBe(true);
        }
        const complete = await body.completed;
        expect(complete?.equals(whole) ?? 'not retained').toBe(retain ? true : 'not retained');
      }),
    );
  });

  it('reads a body that is not retained no faster than its reader', async () => {
    const { source, state } = countedSource(bytes(100));
    const reader = createSharedBody(source, unretained).read();
    await reader.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(state.taken).toBeLessThanOrEqual(13);
    await reader.return?.();
    await expect.poll(() => state.ended).toBe(true);
    expect(state.taken).toBeLessThan(20);
  });

  it('reads a retained body to its end without any reader', async () => {
    const { source } = countedSource(bytes(100));
    expect(await createSharedBody(source, retained).completed).toHaveLength(100);
  });

  it('does not retain a body that is too large, and still delivers it', async () => {
    const { source } = countedSource(bytes(100));
    const body = createSharedBody(source, { ...retained, limit: 50 });
    const reader = body.read();
    expect(await body.completed).toBeUndefined();
    expect(await readBody(reader)).toHaveLength(100);
  });

  it('fails if fewer bytes arrive than expected', async () => {
    const { source } = countedSource(bytes(10));
    const body = createSharedBody(source, { ...retained, expected: 11 });
    await expect(readBody(body.read())).rejects.toThrow('10 bytes of 11');
    expect(await body.completed).toBeUndefined();
  });

  it('closes the source if the body is abandoned', async () => {
    const { source, state } = countedSource(bytes(10));
    createSharedBody(source, unretained).abandon();
    await expect.poll(() => state.ended).toBe(true);
  });
});
