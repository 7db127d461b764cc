import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { usePages } from '../../api/use-pages.ts';
import { LinkButton } from '../../components/link-button.tsx';
import { Page } from '../../components/page.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { useCompany, useMay } from '../../session/company.tsx';
import { scheduledTexts as texts } from '../../texts/publish.ts';
import { JobsTabs } from '../jobs/jobs-tabs.tsx';
import type { Schedule } from '../publish/job-draft.ts';
import { DeleteSchedule } from './delete-schedule.tsx';
import { RunCalendar } from './run-calendar.tsx';
import { ScheduleTable } from './schedule-table.tsx';

/** Jobs that start later or again and again: pause, edit, run now, delete. */
export default function ScheduledPage() {
  const { company } = useCompany();
  const maySchedule = useMay('user');
  const schedules = usePages('schedules', 'listSchedules', { query: { limit: 100 } });
  const [deleted, setDeleted] = useState<Schedule>();
  return (
    <Page
      title={texts.title}
      description={texts.description}
      actions={
        maySchedule && (
          <SpaceBetween size="xs" direction="horizontal">
            <LinkButton to={`/${company}/upload?from=elsewhere&when=recurring`}>
              {texts.createUpload}
            </LinkButton>
            <LinkButton variant="primary" to={`/${company}/publish?when=recurring`}>
              {texts.create}
            </LinkButton>
          </SpaceBetween>
        )
      }
    >
      <JobsTabs active="scheduled">
        {schedules.error && schedules.items.length === 0 ? (
          <QueryError query={schedules} />
        ) : (
          <SpaceBetween size="l">
            <ScheduleTable schedules={schedules} onDelete={setDeleted} />
            {schedules.items.length > 0 && <RunCalendar schedules={schedules.items} />}
          </SpaceBetween>
        )}
      </JobsTabs>
      {deleted && <DeleteSchedule schedule={deleted} onDismiss={() => setDeleted(undefined)} />}
    </Page>
  );
}
