import { useCompany } from '../session/company.tsx';
import { appTexts, language } from '../texts/app.ts';

const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** By time zone: making one takes as long as drawing a row. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** A time as text: "Nov 24, 2026, 9:30 AM". */
export function formatTime(at: string, timeZone = browserZone): string {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  formats.set(timeZone, format);
  return format.format(new Date(at));
}

interface TimeProps {
  /** ISO 8601, as the API gives it. */
  readonly at: string;
}

/** A time in the zone of the person, with that in the company's zone beside it if they differ. */
export function Time({ at }: TimeProps) {
  const { timeZone } = useCompany();
  const own = formatTime(at);
  const theirs = formatTime(at, timeZone);
  return (
    <time className="time" dateTime={at} title={`${browserZone}: ${own}`}>
      {own}
      {theirs !== own && <small className="zone"> {appTexts.time.beside(theirs, timeZone)}</small>}
    </time>
  );
}
