import { language } from './app.ts';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

const formatOf = (unit: (typeof units)[number]) =>
  new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: unit === 'byte' ? 0 : 1,
  });
const formats = [formatOf('byte'), ...units.slice(1).map(formatOf)] as const;

/** "1.2 MB", in powers of 1,000. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return (formats[power] ?? formats[0]).format(bytes / 1_000 ** power);
}
