import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../domain/failure.ts';
import { sendInvalidations } from '../../../functions/send-invalidations/send-invalidations.ts';

const batch = (...records: [messageId: string, body: unknown][]): SQSEvent => ({
  Records: records.map(([messageId, body]) => ({
    messageId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })) as SQSEvent['Records'],
});

const ids = (count: number) => Array.from({ length: count }, (_, index) => `shoe-${index}`);

function dependencies() {
  return {
    startInvalidation: vi.fn(async (_tags: readonly string[], _reference: string) => 'I1'),
    report: vi.fn(),
    countInvalidatedTags: vi.fn(async (_company: string, _tags: number, _now: string) => {}),
    reportUncounted: vi.fn(),
    now: () => '2026-11-24T08:30:00.000Z',
  };
}

describe('send-invalidations', () => {
  it('invalidates all messages of a batch with one call, each asset once', async () => {
    const uses = dependencies();
    const response = await sendInvalidations(
      batch(
        ['m1', { company: 'luma', ids: ['b', 'a'] }],
        ['m2', { company: 'nova', ids: ['a'] }],
        ['m3', { company: 'luma', ids: ['a'] }],
      ),
      uses,
    );
    expect(response).toEqual({ batchItemFailures: [] });
    expect(uses.startInvalidation.mock.calls).toEqual([
      [['luma/a', 'luma/b', 'nova/a'], expect.stringMatching(/^withdrawn-[0-9a-f]{32}-1$/)],
    ]);
    expect(uses.report).not.toHaveBeenCalled();
  });

  it('counts what CloudFront has taken, by company', async () => {
    const uses = dependencies();
    const messages: [string, unknown][] = [
      ['m1', { company: 'luma', ids: ['a', 'b'] }],
      ['m2', { company: 'nova', all: true }],
      ['m3', { company: 'luma', preset: 'large' }],
    ];
    await sendInvalidations(batch(...messages), uses);
    expect(uses.countInvalidatedTags.mock.calls.sort()).toEqual([
      ['luma', 3, '2026-11-24T08:30:00.000Z'],
      ['nova', 1, '2026-11-24T08:30:00.000Z'],
    ]);
  });

  it('does not invalidate again because a count failed', async () => {
    const uses = dependencies();
    uses.countInvalidatedTags.mockRejectedValue(new Error('throttled'));
    expect(await sendInvalidations(batch(['m1', { company: 'luma', ids: ['a'] }]), uses)).toEqual({
      batchItemFailures: [],
    });
    expect(uses.reportUncounted).toHaveBeenCalledOnce();
  });

  it('counts nothing that CloudFront refused', async () => {
    const uses = dependencies();
    uses.startInvalidation.mockRejectedValue(new Failure('storage.busy', 'busy'));
    await sendInvalidations(batch(['m1', { company: 'luma', ids: ['a'] }]), uses);
    expect(uses.countInvalidatedTags).not.toHaveBeenCalled();
  });

  it('invalidates a whole company with its tag alone', async () => {
    const uses = dependencies();
    await sendInvalidations(
      batch(
        ['m1', { company: 'luma', ids: ['a'] }],
        ['m2', { company: 'luma', all: true }],
        ['m3', { company: 'nova', ids: ['a'] }],
      ),
      uses,
    );
    expect(uses.startInvalidation.mock.calls.map(([tags]) => tags)).toEqual([['luma/', 'nova/a']]);
  });

  it('sends the same call when the same messages come again, in any order', async () => {
    const uses = dependencies();
    const messages: [string, unknown][] = [
      ['m1', { company: 'luma', ids: ['a'] }],
      ['m2', { company: 'nova', ids: ['b'] }],
    ];
    await sendInvalidations(batch(...messages), uses);
    await sendInvalidations(batch(...messages.reverse()), uses);
    expect(uses.startInvalidation.mock.calls[1]).toEqual(uses.startInvalidation.mock.calls[0]);
  });

  it.each([
    'no json',
    '{}',
    { company: 'luma', ids: [] },
    { company: '', ids: ['a'] },
    { company: 'luma', ids: [7] },
  ])('leaves %j in the queue and invalidates the rest', async (body) => {
    const uses = dependencies();
    const response = await sendInvalidations(
      batch(['bad', body], ['good', { company: 'luma', ids: ['a'] }]),
      uses,
    );
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] });
    expect(uses.startInvalidation.mock.calls).toEqual([[['luma/a'], expect.any(String)]]);
    expect(uses.report).toHaveBeenCalledWith(['bad'], expect.anything());
  });

  it('does not call CloudFront if no message can be read', async () => {
    const uses = dependencies();
    expect(await sendInvalidations(batch(['bad', '?']), uses)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'bad' }],
    });
    expect(uses.startInvalidation).not.toHaveBeenCalled();
  });

  it('leaves every message in the queue if CloudFront is busy', async () => {
    const uses = dependencies();
    uses.startInvalidation.mockRejectedValue(new Failure('storage.busy', 'busy'));
    expect(
      await sendInvalidations(
        batch(['m1', { company: 'luma', ids: ['a'] }], ['m2', { company: 'luma', ids: ['b'] }]),
        uses,
      ),
    ).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }] });
    expect(uses.report).toHaveBeenCalledOnce();
  });

  it('splits calls above 150 tags, and uses the company’s tag above 500 assets', async () => {
    const uses = dependencies();
    await sendInvalidations(batch(['m1', { company: 'luma', ids: ids(301) }]), uses);
    expect(
      uses.startInvalidation.mock.calls.map(([tags, reference]) => [tags.length, reference.slice(-2)]),
    ).toEqual([
      [150, '-1'],
      [150, '-2'],
      [1, '-3'],
    ]);
    uses.startInvalidation.mockClear();
    await sendInvalidations(batch(['m1', { company: 'luma', ids: ids(501) }]), uses);
    expect(uses.startInvalidation.mock.calls).toEqual([[['luma/'], expect.any(String)]]);
  });
});
