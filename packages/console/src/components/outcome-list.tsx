import StatusIndicator from '@cloudscape-design/components/status-indicator';

/** What became of one asset of an action on many. */
export interface Outcome {
  readonly id: string;
  readonly type: 'success' | 'warning' | 'error' | 'info';
  /** "Published", or what went wrong. */
  readonly text: string;
}

/** The outcome of each asset, problems first. */
export function OutcomeList({ outcomes }: { outcomes: readonly Outcome[] }) {
  const order = ['error', 'warning', 'info', 'success'];
  const sorted = outcomes.toSorted((a, b) => order.indexOf(a.type) - order.indexOf(b.type));
  return (
    <ul className="outcomes">
      {sorted.map(({ id, type, text }) => (
        <li key={id}>
          <StatusIndicator type={type}>
            <b>{id}</b>: {text}
          </StatusIndicator>
        </li>
      ))}
    </ul>
  );
}
