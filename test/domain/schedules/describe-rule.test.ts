import { describe, expect, it } from 'vitest';
import { describeRule } from '../../../domain/schedules/describe-rule.ts';
import type { ScheduleRule } from '../../../domain/schedules/schedule-rule.ts';

const custom = (text: string): ScheduleRule => ({ repeat: 'custom', text });

describe('the description of a rule', () => {
  it.each<[ScheduleRule, string]>([
    [{ repeat: 'once', at: '2027-03-15T14:10' }, 'Once on Monday, 15 March 2027 at 14:10'],
    [{ repeat: 'daily', time: '9:05' }, 'Every day at 09:05'],
    [{ repeat: 'daily', time: '09:05', weekdaysOnly: true }, 'Every weekday (Monday to Friday) at 09:05'],
    [{ repeat: 'weekly', time: '14:10', weekdays: ['Mon', 'Wed'] }, 'Every Monday and Wednesday at 14:10'],
    [{ repeat: 'monthly', time: '14:10', on: { day: 1 } }, 'On the 1st of every month at 14:10'],
    [
      { repeat: 'monthly', time: '14:10', on: { day: 31 } },
      'On the 31st of every month (if it has that day) at 14:10',
    ],
    [{ repeat: 'monthly', time: '14:10', on: { day: 'last' } }, 'On the last day of every month at 14:10'],
    [
      { repeat: 'monthly', time: '14:10', on: { week: 3, weekday: 'Fri' } },
      'On the third Friday of every month at 14:10',
    ],
    [
      { repeat: 'monthly', time: '14:10', on: { week: 5, weekday: 'Fri' } },
      'On the fifth Friday of every month (if it has one) at 14:10',
    ],
    [
      { repeat: 'monthly', time: '14:10', on: { week: 'last', weekday: 'Fri' } },
      'On the last Friday of every month at 14:10',
    ],
    [custom('0 0/5 14 * * ?'), 'Every day, every 5 minutes from 14:00 to 14:55'],
    [custom('0 0/5 14,18 * * ?'), 'Every day, every 5 minutes from 14:00 to 14:55 and from 18:00 to 18:55'],
    [custom('0 10,44 14 ? 3 Wed'), 'Every Wednesday in March at 14:10 and 14:44'],
    [custom('0 0/15 * * 6-8 ?'), 'Every day from June to August, every 15 minutes'],
    [custom('0 5/15 * * * ?'), 'Every day, every 15 minutes, from 5 minutes past the hour on'],
    [custom('0 30 * * * ?'), 'Every day, every hour, from 30 minutes past the hour on'],
    [custom('0 30 9-17 ? * Mon-Fri'), 'Every weekday (Monday to Friday), every hour from 09:30 to 17:30'],
    [custom('0 0 0/2 * * ?'), 'Every day, every 2 hours from 00:00 to 22:00'],
    [custom('0 10,44 8-12 * * ?'), 'Every day at minutes 10 and 44 of the hours 8 to 12'],
    [custom('0 10,44 * * * ?'), 'Every day at minutes 10 and 44 of every hour'],
    [custom('0 3 7,9,11,14,20 * * ?'), 'Every day at minute 3 of the hours 7, 9, 11, 14 and 20'],
    [
      custom('0 0 0 1-5,11-13,22 Feb,Apr ?'),
      'On the 1st to 5th, 11th to 13th and 22nd of February and April at 00:00',
    ],
    [custom('0 0 0 29 2 ?'), 'On the 29th of February (if it has that day) at 00:00'],
    [
      custom('0 0 0 ? * Mon,6#1,6#3'),
      'Every Monday, and on the first Friday and third Friday of every month at 00:00',
    ],
    [
      custom('0 0 0 ? * 6#1,6#5'),
      'On the first Friday and fifth Friday of every month (if it has one) at 00:00',
    ],
    [custom('0 0 0 * * ? 2027'), 'Every day at 00:00 in 2027'],
    [custom('0 0 0 * * ? 2027-2030'), 'Every day at 00:00 from 2027 to 2030'],
    [custom('0 0 0 * * ? 2027-2099'), 'Every day at 00:00 from 2027 on'],
    [custom('0 0 0 * * ? 2028/4'), 'Every day at 00:00 every 4 years from 2028 on'],
  ])('of %j is %s', (rule, sentence) => {
    expect(describeRule(rule, 'America/New_York')).toBe(`${sentence}, New York time`);
  });

  it.each([
    ['UTC', 'UTC'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
    ['EST5EDT', 'EST5EDT'],
    ['America/Argentina/Buenos_Aires', 'Buenos Aires time'],
    ['Japan', 'Japan time'],
  ])('names the zone %s as %s', (zone, name) => {
    expect(describeRule({ repeat: 'daily', time: '10:00' }, zone)).toBe(`Every day at 10:00, ${name}`);
  });
});
