/**
 * The name of a time zone as IANA writes it: names are matched without regard to case, and stay what they are where
 * they are another name of the same zone.
 * @returns undefined for what is no such name; offsets like `+01:00` are none
 */
export function timeZoneName(name: string): string | undefined {
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    return known.toLowerCase() === name.toLowerCase() ? known : name;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
