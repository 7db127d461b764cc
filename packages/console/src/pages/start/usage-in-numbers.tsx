import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { OperationResponse } from '@pressroom/client/create-client';
import type { ReactNode } from 'react';
import { useRead } from '../../api/use-read.ts';
import { QueryError } from '../../components/query-error.tsx';
import { formatNumber } from '../../texts/app.ts';
import { formatBytes } from '../../texts/bytes.ts';
import { startTexts } from '../../texts/start.ts';
import { DayChart } from './day-chart.tsx';

const texts = startTexts.usage;

type Usage = OperationResponse<'readUsage'>;
type Day = Usage['items'][number];

const dayMilliseconds = 86_400_000;

/** Days that the charts show. Today is one of them. */
const shownDays = 30;

/** Part of a quota from which on it is nearly used up. */
const nearlyFull = 0.9;

/** What is stored and what was delivered, day by day, with what the quota leaves. */
export function UsageInNumbers() {
  const days = Array.from({ length: shownDays }, (_, index) =>
    new Date(Date.now() - (shownDays - 1 - index) * dayMilliseconds).toISOString().slice(0, 10),
  );
  const query = { from: days[0], to: days.at(-1) };
  // Counted every night, and from access logs: not worth another look each time something changes.
  const usage = useRead('settings', 'readUsage', { query });
  const { data } = usage;
  if (usage.error && !data)
    return (
      <Container header={<Header variant="h2">{texts.header}</Header>}>
        <QueryError query={usage} />
      </Container>
    );
  const byDay = new Map(data?.items.map((item) => [item.period, item]));
  const stored = carriedForward(days, byDay);
  const last = data?.items.findLast((item) => item.stored)?.stored;
  const sum = (name: 'bytes' | 'requests') =>
    (data?.items ?? []).reduce((total, item) => total + item[name], 0);
  const unknown = data ? texts.notCounted : '';
  return (
    <Container
      header={
        <Header variant="h2" description={texts.description}>
          {texts.header}
        </Header>
      }
    >
      <div className="numbers usage" aria-busy={!data}>
        <Tile label={texts.stored} value={last && formatBytes(last.masterBytes)} otherwise={unknown}>
          <DayChart
            days={stored.map(({ day, stored: on }) => ({ day, value: on?.masterBytes ?? 0 }))}
            label={texts.storedChart(shownDays)}
            describe={({ day, value }) => texts.onDay(day, formatBytes(value))}
          />
          <Quota used={last?.masterBytes} limit={data?.quota.bytes} format={formatBytes} />
        </Tile>
        <Tile label={texts.assets} value={last && formatNumber(last.assets)} otherwise={unknown}>
          <DayChart
            days={stored.map(({ day, stored: on }) => ({ day, value: on?.assets ?? 0 }))}
            label={texts.assetsChart(shownDays)}
            describe={({ day, value }) => texts.onDay(day, formatNumber(value))}
          />
          <Quota used={last?.assets} limit={data?.quota.assets} format={formatNumber} />
        </Tile>
        <Tile label={texts.delivered} value={data && formatBytes(sum('bytes'))} otherwise="">
          <DayChart
            days={days.map((day) => ({ day, value: byDay.get(day)?.bytes ?? 0 }))}
            label={texts.deliveredChart(shownDays)}
            describe={({ day, value }) => texts.onDay(day, formatBytes(value))}
          />
          <Box color="text-body-secondary" fontSize="body-s">
            {data ? texts.requests(sum('requests')) : '\u00a0'}
          </Box>
        </Tile>
      </div>
    </Container>
  );
}

interface TileProps {
  readonly label: string;
  /** Undefined while it is not known. */
  readonly value: string | undefined;
  /** In place of a value. */
  readonly otherwise: string;
  readonly children: ReactNode;
}

function Tile({ label, value, otherwise, children }: TileProps) {
  return (
    <section aria-label={label} className="usage-tile">
      <Box variant="awsui-key-label">{label}</Box>
      <div className="usage-value">
        {value ?? (
          <Box color="text-body-secondary" display="inline">
            {otherwise || '\u00a0'}
          </Box>
        )}
      </div>
      {children}
    </section>
  );
}

interface QuotaProps {
  readonly used: number | undefined;
  readonly limit: number | undefined;
  readonly format: (value: number) => string;
}

/** How much of a quota is used. It takes its line without a quota, too, so that nothing moves. */
function Quota({ used = 0, limit, format }: QuotaProps) {
  if (limit === undefined)
    return (
      <Box color="text-body-secondary" fontSize="body-s">
        {texts.noQuota}
      </Box>
    );
  const text = texts.quota(format(used), format(limit));
  return (
    <div className="usage-quota">
      <meter
        className="bar"
        min={0}
        max={limit}
        high={limit * nearlyFull}
        optimum={0}
        value={used}
        aria-label={text}
      />
      <Box fontSize="body-s">
        {used >= limit * nearlyFull ? <StatusIndicator type="warning">{text}</StatusIndicator> : text}
      </Box>
    </div>
  );
}

/** What was stored on each day. A night without a count has that of the night before. */
function carriedForward(
  days: readonly string[],
  byDay: ReadonlyMap<string, Day>,
): readonly { readonly day: string; readonly stored: Day['stored'] }[] {
  let stored: Day['stored'];
  return days.map((day) => {
    stored = byDay.get(day)?.stored ?? stored;
    return { day, stored };
  });
}
