import './start-page.css';

export interface DayValue {
  /** `2026-11-24`, UTC. */
  readonly day: string;
  readonly value: number;
}

interface DayChartProps {
  /** One for each day, in order. */
  readonly days: readonly DayValue[];
  /** What the chart shows, for those who do not see it. */
  readonly label: string;
  /** What a day shows to those who point at it. */
  readonly describe: (day: DayValue) => string;
}

/** A small bar for each day, of a fixed height: it is there before its values are. */
export function DayChart({ days, label, describe }: DayChartProps) {
  const max = Math.max(...days.map(({ value }) => value), 0);
  return (
    <svg
      className="day-chart"
      viewBox={`0 0 ${days.length} 1`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {days.map((day, index) => {
        const height = max === 0 ? 0 : day.value / max;
        return (
          <g key={day.day}>
            <title>{describe(day)}</title>
            <rect className="day-chart-place" x={index} y={0} width={1} height={1} />
            <rect x={index + 0.1} y={1 - height} width={0.8} height={height} />
          </g>
        );
      })}
    </svg>
  );
}
