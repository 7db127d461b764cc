/** Draws the results as SVG: throughput, cancellation, growth. Plain shapes and text need no library. */
import type { Cancel } from './cancel.ts';
import type { Growth } from './growth.ts';
import type { Throughput } from './throughput.ts';

const [width, height] = [960, 300];
const colours = { ours: '#0b5fff', other: '#9aa5b1', line: '#d5dae0', text: '#1f2933', second: '#52606d' };
/** The area of a diagram within its third of the picture. */
const area = { left: 16, top: 58, width: 280, height: 180 };

export function publishPlot(results: {
  readonly throughput?: Throughput | undefined;
  readonly cancel?: Cancel | undefined;
  readonly growth?: Growth | undefined;
}): string {
  const { throughput, cancel, growth } = results;
  const parts = [
    ...(throughput ? [throughputBars(throughput)] : []),
    ...(cancel ? [cancelHistogram(cancel)] : []),
    ...(growth ? [growthBars(growth)] : []),
  ].map((part, index) => `<g transform="translate(${index * (width / 3)} 0)">${part}</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Throughput, time to cancel and growth of publish jobs" font-family="system-ui, sans-serif" font-size="12" fill="${colours.text}">
<rect width="${width}" height="${height}" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

function throughputBars({ assets, assetsPerSecond }: Throughput): string {
  const entries = Object.entries(assetsPerSecond);
  return bars(
    'Assets published a second',
    `median of copying ${assets.toLocaleString('en')} of 100 kB`,
    entries.map(([who, value], index) => ({
      label: who,
      value,
      text: value.toFixed(0),
      colour: index === 0 ? colours.ours : colours.other,
    })),
  );
}

function growthBars({ libraries, waiting }: Growth): string {
  const [smallest] = libraries;
  const measures = [
    ['reads', 'readUnits'],
    ['time', 'milliseconds'],
    ['memory', 'peakMegabytes'],
  ] as const;
  return bars(
    'Planning by library size (first = 1)',
    `${waiting} pending; 1,000, 10,000, 100,000 records`,
    measures.flatMap(([label, name]) =>
      libraries.map((library, index) => {
        const value = library[name] / (smallest?.[name] ?? 1);
        return {
          label: index === 1 ? label : '',
          value,
          text: value.toFixed(2),
          colour: index === 0 ? colours.other : colours.ours,
        };
      }),
    ),
  );
}

/** A histogram of the durations of cancellations. */
function cancelHistogram({ runs, p95Seconds, cancels }: Cancel): string {
  const highest = Math.max(...runs.map(({ seconds }) => seconds));
  const bins = 12;
  const step = highest / bins || 1;
  const counts = Array.from({ length: bins }, (_, bin) => {
    return runs.filter(({ seconds }) => Math.min(bins - 1, Math.floor(seconds / step)) === bin).length;
  });
  return bars(
    'Seconds from cancel to stopped',
    `${cancels} cancels; 95 % within ${p95Seconds.toFixed(1)} s`,
    counts.map((count, bin) => ({
      label: bin % 3 === 0 ? (bin * step).toFixed(2) : '',
      value: count,
      text: count > 0 ? String(count) : '',
      colour: colours.ours,
    })),
  );
}

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly text: string;
  readonly colour: string;
}

function bars(title: string, subtitle: string, list: readonly Bar[]): string {
  const highest = Math.max(...list.map(({ value }) => value), Number.MIN_VALUE);
  const slot = area.width / list.length;
  const base = area.top + area.height;
  const drawn = list.map(({ label, value, text, colour }, index) => {
    const tall = (value / highest) * (area.height - 18);
    const x = area.left + index * slot;
    const middle = fixed(x + slot / 2);
    return [
      `<rect x="${fixed(x + slot * 0.12)}" y="${fixed(base - tall)}" width="${fixed(slot * 0.76)}" height="${fixed(tall)}" fill="${colour}"/>`,
      `<text x="${middle}" y="${fixed(base - tall - 5)}" text-anchor="middle">${escaped(text)}</text>`,
      `<text x="${middle}" y="${base + 18}" text-anchor="middle" fill="${colours.second}">${escaped(label)}</text>`,
    ].join('');
  });
  return [
    `<text x="${area.left}" y="24" font-size="14" font-weight="600">${escaped(title)}</text>`,
    `<text x="${area.left}" y="42" fill="${colours.second}">${escaped(subtitle)}</text>`,
    `<line x1="${area.left}" x2="${area.left + area.width}" y1="${base}" y2="${base}" stroke="${colours.line}"/>`,
    ...drawn,
  ].join('');
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
