import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Chain,
  followUp,
  maxChainDepth,
  newChain,
  readChain,
} from '../../../domain/notifications/chain.ts';
import { jobFinished } from '../../../domain/notifications/job-finished.ts';
import { testNotification } from '../../../domain/notifications/test-notification.ts';
import { publishJob } from './jobs.ts';

const origin = '01JDF7Q0000000000000000000';

describe('a chain', () => {
  it('begins with the job itself, and each triggered job is one deeper', () => {
    expect(newChain(origin)).toEqual({ depth: 0, origin });
    expect(followUp(newChain(origin))).toEqual({ depth: 1, origin });
  });

  it('ends after eleven jobs of a loop, ten of them triggered', () => {
    const depths: number[] = [];
    let chain: Chain | { refused: string } = newChain(origin);
    while ('depth' in chain) {
      depths.push(chain.depth);
      chain = followUp(chain);
    }
    expect(depths).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, maxChainDepth]);
    expect(chain.refused).toMatch(
      new RegExp(`job ${origin} began has reached its maximum depth of 10 jobs.*in a loop`),
    );
  });

  it('is not continued beyond the maximum depth, whatever depth it claims', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10 }), (depth) => {
        expect(followUp({ depth, origin })).toHaveProperty('refused');
      }),
    );
  });

  it('is read from the notification', () => {
    fc.assert(
      fc.property(fc.nat(10), (depth) => {
        const sent = jobFinished(publishJob, { chain: { depth, origin }, apiUrl: 'https://api.example.com' });
        expect(readChain(JSON.parse(JSON.stringify(sent)))).toEqual({ depth, origin });
      }),
    );
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'job.finished.v1'],
    ['a list', [1]],
    ['an empty object', {}],
    ['no data', { data: null }],
    ['no chain', { data: { chain: 3 } }],
    ['no depth', { data: { chain: { origin } } }],
    ['a negative depth', { data: { chain: { depth: -1, origin } } }],
    ['half a depth', { data: { chain: { depth: 0.5, origin } } }],
    ['a depth as a text', { data: { chain: { depth: '1', origin } } }],
    ['no origin', { data: { chain: { depth: 1 } } }],
    ['an origin that is no id', { data: { chain: { depth: 1, origin: '<b>' } } }],
    ['a test', testNotification('luma', '2026-11-24T08:00:00.000Z')],
  ])('is not read from %s', (_, body) => {
    expect(readChain(body)).toBeUndefined();
  });

  it('is read from any body without an exception', () => {
    fc.assert(
      fc.property(fc.anything({ withObjectString: true }), (body) => {
        readChain(body);
        readChain({ data: body });
        readChain({ data: { chain: body } });
      }),
    );
  });
});
