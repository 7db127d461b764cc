import type { Paint } from './paint.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, three digits: 1.23 MB. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** To the second, UTC: `2026-11-24 08:30:00`. */
export function formatTime(iso: string | undefined): string {
  return iso === undefined ? '' : iso.replace('T', ' ').replace(/(\.\d+)?Z$/, '');
}

/** Seconds as `1 h 02 min`, `3 min 20 s` or `4.2 s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  const pad = (value: number) => String(value).padStart(2, '0');
  if (minutes < 60) return `${minutes} min ${pad(Math.round(seconds % 60))} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

const statusStyles = {
  succeeded: 'green',
  'completed-with-errors': 'yellow',
  failed: 'red',
  stopped: 'yellow',
  stopping: 'yellow',
  running: 'cyan',
  queued: 'dim',
} as const;

/** The status of a job, coloured. */
export function formatStatus(status: keyof typeof statusStyles, paint: Paint): string {
  return paint(statusStyles[status], status);
}

/** `name  value` lines, without those that have no value. */
export function formatFields(
  fields: readonly (readonly [name: string, value: string | number | undefined])[],
  paint: Paint,
): string[] {
  const shown = fields.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${paint('dim', name.padEnd(width))}  ${value}`);
}
