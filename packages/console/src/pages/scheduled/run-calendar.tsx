import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { JobStatus } from '../../components/job-status.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { useCompany } from '../../session/company.tsx';
import { language } from '../../texts/app.ts';
import { scheduledTexts } from '../../texts/publish.ts';
import type { Schedule } from '../publish/job-draft.ts';
import { type CalendarRun, useCalendar } from './use-calendar.ts';
import './scheduled.css';

const texts = scheduledTexts.calendar;

/** Runs that a day names; more are counted. */
const shownRuns = 6;

const todayName = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
const dayName = new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'short' });
const clock = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });

/** This week and the next one, on the clocks of the person who looks: what became of past runs, and what is to come. */
export function RunCalendar({ schedules }: { schedules: readonly Schedule[] }) {
  const days = useCalendar(schedules);
  return (
    <Container header={<Header variant="h2">{texts.header}</Header>}>
      <ol className="calendar">
        {days.map(({ start, when, runs, more }) => {
          return (
            <li
              key={start.getTime()}
              data-when={when}
              data-empty={runs.length === 0 && more.length === 0}
              {...(when === 'today' && { 'aria-current': 'date' as const })}
            >
              <b>{when === 'today' ? texts.today(todayName.format(start)) : dayName.format(start)}</b>
              {runs.length === 0 && more.length === 0 && <Box color="text-body-secondary">{texts.none}</Box>}
              {runs.slice(0, shownRuns).map((run) => (
                <div key={`${run.at} ${run.name} ${run.fate}`}>
                  <Run run={run} />
                </div>
              ))}
              {runs.length > shownRuns && (
                <Box color="text-body-secondary">{texts.more(runs.length - shownRuns)}</Box>
              )}
              {more.map((schedule) => (
                <Box key={schedule} color="text-body-secondary">
                  {texts.further(schedule)}
                </Box>
              ))}
            </li>
          );
        })}
      </ol>
    </Container>
  );
}

function Run({ run }: { run: CalendarRun }) {
  const { company } = useCompany();
  const time = clock.format(run.at);
  if (run.fate === 'coming')
    return (
      <>
        {time} {run.name}
      </>
    );
  if (run.fate === 'skipped')
    return (
      <>
        {time} {run.name}
        <div>
          <StatusIndicator type="stopped">{texts.skipped}</StatusIndicator>
        </div>
        <Box color="text-body-secondary" fontSize="body-s">
          {run.because}
        </Box>
      </>
    );
  return (
    <>
      {time} <PageLink to={`/${company}/jobs/${run.jobId}`}>{run.name}</PageLink>
      {run.status && (
        <div>
          <JobStatus status={run.status} />
        </div>
      )}
    </>
  );
}
