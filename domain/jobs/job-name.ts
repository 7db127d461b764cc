/**
 * The unique name of a job: the given name, a space, and its start as `YYYY-MM-DD HH:mm:ss` in the company's time zone.
 * @param start ISO 8601; for a queued job, the time of its submission
 * @param timeZone IANA name
 */
export function uniqueJobName(givenName: string, start: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(new Date(start));
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((candidate) => candidate.type === type)?.value ?? '';
  const date = `${part('year')}-${part('month')}-${part('day')}`;
  return `${givenName} ${date} ${part('hour')}:${part('minute')}:${part('second')}`;
}
