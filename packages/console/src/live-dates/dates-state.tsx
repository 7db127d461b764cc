import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { Time } from '../components/time.tsx';
import { dateTexts } from '../texts/dates.ts';
import type { LiveDates } from './dates-draft.ts';

const texts = dateTexts.live.state;

/** What the dates of an asset mean now: "Goes live …", "Ends …". Nothing if it has none. */
export function DatesState({ liveFrom, liveUntil }: LiveDates) {
  const now = new Date().toISOString();
  const isOver = liveUntil !== undefined && liveUntil <= now;
  return (
    <>
      {liveFrom !== undefined && !isOver && (
        <StatusIndicator type={liveFrom > now ? 'pending' : 'success'}>
          {liveFrom > now ? texts.begins : texts.began} <Time at={liveFrom} />
        </StatusIndicator>
      )}
      {liveUntil !== undefined && (
        <StatusIndicator type={isOver ? 'stopped' : 'pending'}>
          {isOver ? texts.ended : texts.ends} <Time at={liveUntil} />
        </StatusIndicator>
      )}
    </>
  );
}
