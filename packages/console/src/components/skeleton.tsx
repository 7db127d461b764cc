import { appTexts } from '../texts/app.ts';

/** Grey lines where rows will be, so that nothing moves when they arrive. */
export function Skeleton({ rows }: { rows: number }) {
  return (
    <div className="skeleton" role="status" aria-label={appTexts.loading}>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move.
        <div key={index} />
      ))}
    </div>
  );
}
