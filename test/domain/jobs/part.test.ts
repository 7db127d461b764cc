import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptyPart,
  fits,
  logEntryCount,
  maxPartBytes,
  maxPartEntries,
  type OpenPart,
  type PlanEntry,
  withEntry,
} from '../../../domain/jobs/part.ts';

const entry = (bytes: number, servers: PlanEntry['servers'] = ['image-serving']): PlanEntry => ({
  id: 'a',
  type: 'image',
  version: 1,
  servers,
  bytes,
});

describe('a part', () => {
  it('takes an asset of any size if it is empty', () => {
    expect(fits(emptyPart, entry(50e12))).toBe(true);
  });

  it('takes no more than 200 assets', () => {
    const full = Array.from({ length: maxPartEntries }, () => entry(1)).reduce(withEntry, emptyPart);
    expect(full.entries).toHaveLength(200);
    expect(fits(full, entry(1))).toBe(false);
  });

  it('counts the bytes once for each server', () => {
    const part = withEntry(emptyPart, entry(maxPartBytes / 4, ['image-serving', 'server-directory']));
    expect(fits(part, entry(maxPartBytes / 2))).toBe(true);
    expect(fits(part, entry(maxPartBytes / 2 + 1))).toBe(false);
  });

  it('has its assets in order and within its limits, and no asset of a plan is lost or repeated', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3e10 }), { maxLength: 400 }), (sizes) => {
        const parts: OpenPart[] = [];
        let open = emptyPart;
        for (const size of sizes) {
          if (!fits(open, entry(size))) {
            parts.push(open);
            open = emptyPart;
          }
          open = withEntry(open, entry(size));
        }
        parts.push(open);
        expect(parts.flatMap(({ entries }) => entries.map(({ bytes }) => bytes))).toEqual(sizes);
        for (const { entries, bytes } of parts) {
          expect(entries.length).toBeLessThanOrEqual(maxPartEntries);
          expect(bytes <= maxPartBytes || entries.length === 1).toBe(true);
        }
      }),
    );
  });

  it('makes a log entry for each asset and server', () => {
    expect(logEntryCount([entry(1), entry(1, ['image-serving', 'server-directory'])])).toBe(3);
  });
});
