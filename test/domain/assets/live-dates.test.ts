import { describe, expect, it } from 'vitest';
import type { Asset } from '../../../domain/assets/asset.ts';
import {
  checkLiveDates,
  livePhase,
  readLiveDate,
  whyOutsideDates,
} from '../../../domain/assets/live-dates.ts';
import { whyNotAllowed, whyNotLive } from '../../../domain/assets/publish-state.ts';
import { publishStep } from '../../../domain/assets/publish-step.ts';
import { afterBeginning, afterDue, dueAction, withLiveDates } from '../../../domain/assets/set-live-dates.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import { leftAsset } from '../../../domain/jobs/stored-plan.ts';
import { nextVersion } from '../../../domain/sets/built-asset.ts';
import { uploadAsset } from '../../../domain/uploads/upload-asset.ts';
import { anAsset } from '../../support/builders.ts';

const t = (hour: string) => `2026-11-24T${hour}:00.000Z`;
const now = t('12:00');
const live = { 'image-serving': { version: 1, at: t('08:00'), by: 'ann', key: 'luma/image/a' } };

describe('a date', () => {
  it.each([
    ['2027-03-15T14:10Z', '2027-03-15T14:10:00.000Z'],
    ['2027-03-15T14:10:00Z', '2027-03-15T14:10:00.000Z'],
    ['2027-03-15T14:10:00.000Z', '2027-03-15T14:10:00.000Z'],
    ['2027-03-15T14:10+01:00', '2027-03-15T13:10:00.000Z'],
    ['2027-03-15 14:10-0530', '2027-03-15T19:40:00.000Z'],
    // Without an offset it is what the clocks of the company show.
    ['2027-03-15T14:10', '2027-03-15T13:10:00.000Z'],
    [' 2027-07-15 14:10 ', '2027-07-15T12:10:00.000Z'],
    // Clocks show it twice: the first time.
    ['2027-10-31T02:30', '2027-10-31T00:30:00.000Z'],
  ])('%s in Berlin is %s', (text, date) => {
    expect(readLiveDate(text, 'liveFrom', 'Europe/Berlin')).toBe(date);
  });

  it.each([
    ['2027-03-15', 'must be a date and time on the full minute, such as 2027-03-15T14:10 in Europe/Berlin'],
    ['2027-03-15T14:10:30Z', 'must be a date and time on the full minute'],
    ['tomorrow', '"tomorrow" must be a date and time on the full minute'],
    ['', 'must be a date and time on the full minute'],
    ['2027-02-30T10:00Z', '"2027-02-30T10:00Z" is no date and time that exists'],
    ['2027-02-01T25:00Z', 'is no date and time that exists'],
    ['2027-13-01T10:00', 'must be a date and time on the full minute'],
    [
      '2027-03-28T02:30',
      '2027-03-28T02:30 does not exist in Europe/Berlin: clocks are put forward to 2027-03-28T03:00',
    ],
  ])('%j is refused', (text, message) => {
    expect(() => readLiveDate(text, 'liveUntil', 'Europe/Berlin')).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        message: expect.stringContaining(message),
        details: [expect.objectContaining({ field: 'liveUntil' })],
      }),
    );
  });

  it('of the end is after that of the beginning', () => {
    expect(() => checkLiveDates({ liveFrom: t('12:00'), liveUntil: t('12:01') })).not.toThrow();
    expect(() => checkLiveDates({ liveUntil: t('12:00') })).not.toThrow();
    for (const liveUntil of [t('12:00'), t('11:59')]) {
      expect(() => checkLiveDates({ liveFrom: t('12:00'), liveUntil })).toThrow(
        `liveUntil: must be after liveFrom, ${t('12:00')}; it is ${liveUntil}`,
      );
    }
  });
});

it.each([
  [undefined, undefined, 'between', undefined],
  [t('12:00'), undefined, 'between', undefined],
  [
    '2026-11-24T12:00:00.001Z',
    undefined,
    'before',
    /^It goes live at 2026-11-24T12:00:00.001Z, and not before$/,
  ],
  [undefined, '2026-11-24T12:00:00.001Z', 'between', undefined],
  [undefined, t('12:00'), 'after', /^It was to be live until 2026-11-24T12:00:00.000Z/],
  [t('13:00'), t('14:00'), 'before', /goes live/],
  [t('10:00'), t('11:00'), 'after', /was to be live/],
] as const)('from %s until %s, noon is %s', (liveFrom, liveUntil, phase, why) => {
  const dates = { ...(liveFrom && { liveFrom }), ...(liveUntil && { liveUntil }) };
  expect(livePhase(dates, now)).toBe(phase);
  const reason = whyOutsideDates(dates, now);
  if (why) expect(reason).toMatch(why);
  else expect(reason).toBeUndefined();
  expect(whyNotAllowed({ type: 'image', ...dates }, defaultSettings, now)).toBe(reason);
  const step = publishStep(anAsset({ id: 'a', ...dates }), [], () => undefined, defaultSettings, now);
  expect(step).toMatchObject(reason ? { action: 'refuse', because: reason } : { action: 'publish' });
});

describe('setting dates', () => {
  const set = (asset: Partial<Asset>, liveFrom?: string, liveUntil?: string) =>
    withLiveDates(anAsset({ id: 'a', ...asset }), { liveFrom, liveUntil }, { by: 'bob', at: now });

  it.each([
    // [what, asset, from, until, intent, due]
    ['holds what waits for its beginning', { intent: 'pending' }, t('13:00'), undefined, 'held', t('13:00')],
    ['holds it, whatever the end is', { intent: 'live' }, t('13:00'), t('14:00'), 'held', t('13:00')],
    [
      'withdraws what is live at once',
      { intent: 'live', publications: live },
      t('13:00'),
      undefined,
      'live',
      now,
    ],
    [
      'leaves what is live until its end',
      { intent: 'live', publications: live },
      undefined,
      t('13:00'),
      'live',
      t('13:00'),
    ],
    [
      'leaves what is live since its beginning',
      { intent: 'live', publications: live },
      t('08:00'),
      undefined,
      'live',
      undefined,
    ],
    [
      'leaves what may be live, with an end',
      { intent: 'pending' },
      t('08:00'),
      t('13:00'),
      'pending',
      t('13:00'),
    ],
    [
      'withdraws what is over at once',
      { intent: 'live', publications: live },
      undefined,
      t('11:00'),
      'live',
      now,
    ],
    ['keeps jobs from what is over', { intent: 'pending' }, undefined, t('11:00'), 'pending', now],
    ['does nothing with what is over and held', { intent: 'held' }, undefined, t('11:00'), 'held', undefined],
    [
      'publishes what waited at once, if it has begun',
      { intent: 'held', liveFrom: t('13:00') },
      t('11:00'),
      undefined,
      'held',
      now,
    ],
    [
      'gives what waited back to jobs without a beginning',
      { intent: 'held', liveFrom: t('13:00') },
      undefined,
      t('14:00'),
      'pending',
      t('14:00'),
    ],
    [
      'keeps what was withdrawn at its end held',
      { intent: 'held', liveUntil: t('11:00') },
      undefined,
      undefined,
      'held',
      undefined,
    ],
    [
      'publishes what was withdrawn at its end at a new beginning',
      { intent: 'held', liveUntil: t('11:00') },
      t('13:00'),
      t('14:00'),
      'held',
      t('13:00'),
    ],
  ] as const)('%s', (_, asset, from, until, intent, due) => {
    const after = set(asset as Partial<Asset>, from, until);
    expect([after.intent, after.due, after.liveFrom, after.liveUntil]).toEqual([intent, due, from, until]);
    expect(after).toMatchObject({ version: 1, datesBy: 'bob', modifiedBy: 'bob', stateAt: now });
    for (const name of ['due', 'liveFrom', 'liveUntil'] as const)
      if (after[name] === undefined) expect(after).not.toHaveProperty(name);
  });

  it('to what they are changes nothing', () => {
    const asset = anAsset({ id: 'a', liveUntil: t('13:00') });
    expect(withLiveDates(asset, { liveFrom: undefined, liveUntil: t('13:00') }, { by: 'bob', at: now })).toBe(
      asset,
    );
  });
});

it.each([
  // [asset, what is done, intent, next]
  [{ intent: 'held', liveFrom: t('12:00') }, 'publish', 'live', undefined],
  [{ intent: 'held', liveFrom: t('12:00'), liveUntil: t('14:00') }, 'publish', 'live', t('14:00')],
  [{ intent: 'live', liveUntil: t('12:00') }, 'withdraw', 'held', undefined],
  // Late: both are over.
  [{ intent: 'held', liveFrom: t('10:00'), liveUntil: t('11:00') }, 'withdraw', 'held', undefined],
  [{ intent: 'live', liveFrom: t('13:00'), publications: live }, 'withdraw', 'live', t('13:00')],
  [{ intent: 'held', liveFrom: t('13:00') }, 'none', 'held', t('13:00')],
  [{ intent: 'live', liveUntil: t('13:00') }, 'none', 'live', t('13:00')],
  // In the trash it only gets the intent with which it is restored.
  [{ intent: 'held', liveFrom: t('12:00'), trashed: { at: now, by: 'ann' } }, 'none', 'live', undefined],
  [{ intent: 'live', liveUntil: t('12:00'), trashed: { at: now, by: 'ann' } }, 'none', 'held', undefined],
] as const)('an asset with %o that is due at noon: %s', (change, action, intent, next) => {
  const asset = anAsset({ id: 'a', due: now, ...(change as Partial<Asset>) });
  expect(dueAction(asset, now)).toBe(action);
  const done = afterDue(asset, now);
  expect([done.intent, done.due]).toEqual([intent, next]);
  if (action === 'publish') expect(afterBeginning(asset, now)).toMatchObject({ intent: 'live', due: now });
});

it('an asset outside of its dates stays held, whether it is uploaded or saved again', () => {
  const upload = {
    ...{
      company: 'luma',
      id: 'a',
      folder: '/',
      fileName: 'a.png',
      masterKey: 'luma/a',
      masterVersionId: '2',
    },
    ...{ uploadedAt: now, uploadJobId: 'j', uploadedBy: 'ann' },
    facts: { type: 'image', mimeType: 'image/png', bytes: 3 } as const,
  };
  for (const [dates, intent] of [
    [{ liveFrom: t('13:00') }, 'held'],
    [{ liveUntil: t('11:00') }, 'held'],
    [{ liveFrom: t('11:00'), liveUntil: t('13:00') }, 'live'],
  ] as const) {
    const before = anAsset({ id: 'a', intent: 'held', ...dates });
    expect(uploadAsset(before, upload, 'live', now)).toMatchObject({ intent, ...dates, version: 2 });
    expect(nextVersion(before, { intent: 'live' }, { by: 'ann', at: now })).toMatchObject({
      intent,
      ...dates,
    });
  }
});

describe('other assets and jobs', () => {
  it('learn why a member is not live', () => {
    const member = anAsset({ id: 'm', liveFrom: t('13:00'), liveUntil: t('14:00') });
    expect(whyNotLive(member, 'image-serving', defaultSettings)).toBe(
      `it is not published on image-serving (it is to be live from ${t('13:00')} until ${t('14:00')})`,
    );
    expect(whyNotLive(anAsset({ id: 'm' }), 'image-serving', defaultSettings)).toBe(
      'it is not published on image-serving',
    );
  });

  it('skip what is outside of its dates in a plan, and say when it is live', () => {
    const plan = { publish: 'full', servers: ['image-serving'] } as const;
    const asset = anAsset({ id: 'a', intent: 'held', liveFrom: t('13:00') });
    expect(leftAsset(asset, plan, defaultSettings, now)).toMatchObject({
      change: 'skipped',
      message: `It goes live at ${t('13:00')}, and not before`,
    });
    expect(leftAsset({ ...asset, liveFrom: t('11:00') }, plan, defaultSettings, now)).toMatchObject({
      change: 'skipped',
      message: 'It is held: publish it by hand',
    });
  });
});
