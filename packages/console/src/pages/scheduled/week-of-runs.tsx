import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useQueries } from '@tanstack/react-query';
import { useClient } from '../../api/client-context.tsx';
import { queryKeyOf } from '../../api/use-read.ts';
import { useCompany } from '../../session/company.tsx';
import { language } from '../../texts/app.ts';
import { scheduledTexts } from '../../texts/publish.ts';
import type { Schedule } from '../publish/job-draft.ts';
import './scheduled.css';

const texts = scheduledTexts.week;

const dayMilliseconds = 86_400_000;

/** Runs that a day names; more are counted. */
const shownRuns = 6;

/** Schedules whose runs are asked for: the API names the next five of each, in one request a schedule. */
const shownSchedules = 20;

const dayKey = (time: number) => new Intl.DateTimeFormat('sv-SE').format(time);
const dayName = new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'short' });
const clock = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });

/** A calendar of the coming runs, on the clocks of the person who looks. */
export function WeekOfRuns({ schedules }: { schedules: readonly Schedule[] }) {
  const client = useClient();
  const { company } = useCompany();
  const active = schedules.filter((one) => one.active && one.nextRun).slice(0, shownSchedules);
  const runs = useQueries({
    queries: active.map(({ rule, timeZone }) => {
      const request = { body: { rule, timeZone } };
      return {
        queryKey: queryKeyOf(company, 'schedules', 'previewSchedule', request),
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          client.call('previewSchedule', { ...request, signal }),
      };
    }),
  });
  const byDay = new Map<string, { at: number; name: string }[]>();
  for (const [index, schedule] of active.entries()) {
    for (const { at } of runs[index]?.data?.nextRuns ?? []) {
      const time = Date.parse(at);
      const day = dayKey(time);
      byDay.set(day, [...(byDay.get(day) ?? []), { at: time, name: schedule.name }]);
    }
  }
  const days = Array.from({ length: 7 }, (_, index) => Date.now() + index * dayMilliseconds);
  return (
    <Container header={<Header variant="h2">{texts.header}</Header>}>
      <ol className="week">
        {days.map((day) => {
          const dayRuns = (byDay.get(dayKey(day)) ?? []).toSorted((a, b) => a.at - b.at);
          return (
            <li key={day}>
              <b>{dayName.format(day)}</b>
              {dayRuns.length === 0 && <Box color="text-body-secondary">{texts.none}</Box>}
              {dayRuns.slice(0, shownRuns).map(({ at, name }) => (
                <div key={`${at} ${name}`}>
                  {clock.format(at)} {name}
                </div>
              ))}
              {dayRuns.length > shownRuns && texts.more(dayRuns.length - shownRuns)}
            </li>
          );
        })}
      </ol>
    </Container>
  );
}
