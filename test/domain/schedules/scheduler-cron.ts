const names = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * EventBridge Scheduler's cron, as its user guide describes it: `cron(minutes hours day-of-month month day-of-week
 * year)` in the schedule's zone, exactly one day field `?`, `L` the last day, `dL` the last such weekday, `d#n` the n-th
 * (one for a field).
 */
export function schedulerCron(expression: string): {
  readonly date: (day: Date) => boolean;
  readonly time: (minuteOfDay: number) => boolean;
} {
  if (expression.length > 256) throw new Error('an expression has at most 256 characters');
  const fields = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression)?.slice(1) ?? [];
  const [minutes = '', hours = '', inMonth = '', months = '', inWeek = '', years = ''] = fields;
  if ((inMonth === '?') === (inWeek === '?')) throw new Error('exactly one of the day fields must be ?');

  const number = (text: string, min: number, max: number) => {
    const value = names.includes(text) ? names.indexOf(text) + 1 : Number(text);
    if (!Number.isInteger(value) || value < min || value > max) throw new Error(`${text} in ${expression}`);
    return value;
  };
  const fits = (text: string, min: number, max: number, value: number) =>
    text === '*' ||
    text.split(',').some((part) => {
      const [from = '', to = from] = part.split('-');
      return value >= number(from, min, max) && value <= number(to, min, max);
    });
  const dayFits = (day: Date) => {
    const length = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
    const date = day.getUTCDate();
    const weekday = day.getUTCDay() + 1;
    if (inMonth === 'L') return date === length;
    if (inMonth !== '?') return fits(inMonth, 1, 31, date);
    const last = /^(\d)L$/.exec(inWeek);
    if (last) return weekday === Number(last[1]) && length - date < 7;
    const nth = /^(\d)#(\d)$/.exec(inWeek);
    if (nth)
      return weekday === Number(nth[1]) && date > 7 * (Number(nth[2]) - 1) && date <= 7 * Number(nth[2]);
    return fits(inWeek, 1, 7, weekday);
  };
  return {
    date: (day) =>
      dayFits(day) &&
      fits(months, 1, 12, day.getUTCMonth() + 1) &&
      fits(years, 1970, 2199, day.getUTCFullYear()),
    time: (minute) => fits(hours, 0, 23, Math.floor(minute / 60)) && fits(minutes, 0, 59, minute % 60),
  };
}
