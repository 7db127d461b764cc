/**
 * Areas of the IANA time zone database whose names are places, and `Etc` with its fixed offsets. Other names are
 * abbreviations (`EST5EDT`), or links that the database keeps for old programs (`US/Eastern`, `Japan`).
 */
const areas =
  /^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)\/[A-Za-z]/i;

/**
 * What abbreviations mean to people. Programs disagree: the Unicode library reads `BST` as the time of Bangladesh, and
 * `EST` as that of Panama. An abbreviation names no place, so clock changes are unknown.
 */
const meant: Readonly<Record<string, string>> = {
  ACST: 'Australia/Adelaide',
  ACT: 'Australia/Darwin',
  AEDT: 'Australia/Sydney',
  AEST: 'Australia/Sydney',
  AKST: 'America/Anchorage',
  AST: 'America/Halifax',
  AWST: 'Australia/Perth',
  BST: 'Europe/London',
  CDT: 'America/Chicago',
  CEST: 'Europe/Paris',
  CET: 'Europe/Paris',
  CST: 'America/Chicago',
  EDT: 'America/New_York',
  EET: 'Europe/Athens',
  EST: 'America/New_York',
  GMT: 'Europe/London',
  HST: 'Pacific/Honolulu',
  IST: 'Asia/Kolkata',
  JST: 'Asia/Tokyo',
  KST: 'Asia/Seoul',
  MDT: 'America/Denver',
  MET: 'Europe/Paris',
  MSK: 'Europe/Moscow',
  MST: 'America/Denver',
  NST: 'America/St_Johns',
  NZST: 'Pacific/Auckland',
  PDT: 'America/Los_Angeles',
  PST: 'America/Los_Angeles',
  SST: 'Pacific/Pago_Pago',
  WET: 'Europe/Lisbon',
};

/**
 * The name of a time zone in IANA's spelling: `UTC`, or an area and a place. Case does not matter. Of two names of one
 * zone, such as `Asia/Kolkata` and `Asia/Calcutta`, the given one is kept.
 * @returns undefined for an unknown name, for an abbreviation, and for offsets such as `+01:00`
 */
export function timeZoneName(name: string): string | undefined {
  if (name.toUpperCase() === 'UTC') return 'UTC';
  if (!areas.test(name)) return undefined;
  const known = resolved(name);
  if (known === undefined) return undefined;
  return known.toLowerCase() === name.toLowerCase() ? known : withCapitals(name);
}

/**
 * Why a name is not accepted as a time zone, and which name would be right: a sentence without its subject. For names that
 * {@link timeZoneName} refuses.
 */
export function timeZoneProblem(name: string): string {
  const right = meant[name.toUpperCase()] ?? areaOf(name);
  if (right === undefined) return 'must be an IANA time zone like Europe/Berlin, America/New_York or UTC';
  return `must be an IANA time zone with its area, not an abbreviation or an old name: ${right}`;
}

/** The zone that an old name stands for, if it has an area. */
function areaOf(name: string): string | undefined {
  const known = /^[A-Za-z]/.test(name) ? resolved(name) : undefined;
  return known !== undefined && (known === 'UTC' || areas.test(known)) ? known : undefined;
}

function resolved(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function withCapitals(name: string): string {
  return name.replace(/(?<![A-Za-z])[a-z]/g, (letter) => letter.toUpperCase());
}
