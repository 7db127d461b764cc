const dayMilliseconds = 86_400_000;

/** Milliseconds by which the clocks of a zone are ahead of UTC. */
function offsetAt(at: number, timeZone: string): number {
  const { date, time } = clockAt(at, timeZone);
  return Date.parse(`${date}T${time}Z`) - Math.floor(at / 60_000) * 60_000;
}

function clockAt(at: number, timeZone: string): { readonly date: string; readonly time: string } {
  // The Swedish form is that of ISO 8601: 2027-03-15 14:10.
  const format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone });
  const [date = '', time = ''] = format.format(at).split(' ');
  return { date, time };
}

/** Date (`2027-03-15`) and time (`14:10`) of an instant on the clocks of a zone. @param at ISO 8601 */
export function clockOf(at: string, timeZone: string): { readonly date: string; readonly time: string } {
  return clockAt(Date.parse(at), timeZone);
}

/**
 * The instant of a date and time on the clocks of a zone, as `2027-03-15T13:10:00.000Z`. Of a time that occurs twice the
 * first, as in the API.
 * @returns undefined for a time that does not exist, and for one that the clocks skip
 */
export function instantOf(date: string, time: string, timeZone: string): string | undefined {
  const wanted = `${date}T${time.padStart(5, '0')}`;
  const clock = Date.parse(`${wanted}Z`);
  // Browsers read 30 February as 2 March.
  if (Number.isNaN(clock) || !new Date(clock).toISOString().startsWith(wanted)) return undefined;
  const instants = [clock - dayMilliseconds, clock + dayMilliseconds]
    .map((near) => clock - offsetAt(near, timeZone))
    .filter((at) => at + offsetAt(at, timeZone) === clock);
  return instants.length === 0 ? undefined : new Date(Math.min(...instants)).toISOString();
}
