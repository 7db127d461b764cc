/**
 * The name of a time zone in IANA's spelling. Case does not matter. An alias stays the alias.
 * @returns undefined for an unknown name, and for offsets such as `+01:00`
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
