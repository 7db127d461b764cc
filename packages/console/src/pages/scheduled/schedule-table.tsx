import Box from '@cloudscape-design/components/box';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Checkbox from '@cloudscape-design/components/checkbox';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useChange } from '../../api/use-change.ts';
import { useMemberNames } from '../../api/use-member-names.ts';
import type { Pages } from '../../api/use-pages.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { JobStatus } from '../../components/job-status.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { ShowMore } from '../../components/show-more.tsx';
import { Time } from '../../components/time.tsx';
import { useCompany, useMay } from '../../session/company.tsx';
import { appTexts } from '../../texts/app.ts';
import { publishTexts, scheduledTexts as texts } from '../../texts/publish.ts';
import { describeSource } from '../jobs/describe-source.ts';
import type { Schedule } from '../publish/job-draft.ts';

interface ScheduleTableProps {
  readonly schedules: Pages<'listSchedules'>;
  readonly onDelete: (schedule: Schedule) => void;
}

/** Every schedule with its check box Active, its next and its last run. */
export function ScheduleTable({ schedules, onDelete }: ScheduleTableProps) {
  const { company, subject } = useCompany();
  const navigate = useNavigate();
  const isAdmin = useMay('admin');
  const isUser = useMay('user');
  const nameOf = useMemberNames();
  const { notify, notifyError } = useNotifications();
  const edit = useChange('editSchedule', ['schedules']);
  const run = useChange('runSchedule', ['jobs', 'schedules']);
  // What was clicked is shown at once, and until the list has been read again.
  const [wanted, setWanted] = useState<ReadonlyMap<string, boolean>>(new Map());
  const mayChange = ({ submittedBy }: Schedule) => isAdmin || (isUser && submittedBy === subject);

  async function setActive({ id, name }: Schedule, active: boolean) {
    setWanted((before) => new Map(before).set(id, active));
    try {
      await edit.mutateAsync({ params: { id }, body: { active } });
      notify({ type: 'success', header: active ? texts.resumed(name) : texts.paused(name) });
    } catch (error) {
      notifyError(texts.notChanged(name), error);
    } finally {
      setWanted((before) => new Map([...before].filter(([one]) => one !== id)));
    }
  }

  async function runNow({ id, name }: Schedule) {
    try {
      const job = await run.mutateAsync({ params: { id } });
      notify({
        type: 'success',
        header: texts.started(job.name),
        content: <PageLink to={`/${company}/jobs/${job.id}`}>{job.name}</PageLink>,
      });
    } catch (error) {
      notifyError(texts.notStarted(name), error);
    }
  }

  const columns: TableProps.ColumnDefinition<Schedule>[] = [
    {
      id: 'active',
      header: texts.columns.active,
      cell: (schedule) => (
        <Checkbox
          checked={wanted.get(schedule.id) ?? schedule.active}
          disabled={!mayChange(schedule) || schedule.completed !== undefined}
          ariaLabel={texts.active(schedule.name)}
          onChange={({ detail }) => void setActive(schedule, detail.checked)}
        />
      ),
    },
    {
      id: 'name',
      header: texts.columns.name,
      isRowHeader: true,
      minWidth: 140,
      cell: (schedule) =>
        mayChange(schedule) ? (
          <PageLink to={`/${company}/jobs/scheduled/${schedule.id}`}>{schedule.name}</PageLink>
        ) : (
          schedule.name
        ),
    },
    {
      id: 'rule',
      header: texts.columns.rule,
      minWidth: 180,
      cell: ({ description, warning, pending, job, upload }) => (
        <>
          {description}
          <Box color="text-body-secondary" fontSize="body-s">
            {job && publishTexts.advanced.kinds[job.publish].label}
            {job?.scope && ` · ${job.scope.folder}`}
            {upload && texts.upload(describeSource(upload.from), upload.folder)}
          </Box>
          {warning && <StatusIndicator type="warning">{warning}</StatusIndicator>}
          {pending && <StatusIndicator type="pending">{texts.pending}</StatusIndicator>}
        </>
      ),
    },
    {
      id: 'next',
      header: texts.columns.next,
      minWidth: 160,
      cell: ({ nextRun, completed, active }) => {
        if (completed) return texts.completed;
        return nextRun && active ? <Time at={nextRun.at} /> : texts.noNext;
      },
    },
    {
      id: 'last',
      header: texts.columns.last,
      minWidth: 160,
      cell: ({ lastRun, skipped }) => (
        <>
          {lastRun ? (
            <>
              <PageLink to={`/${company}/jobs/${lastRun.jobId}`}>
                <Time at={lastRun.due} />
              </PageLink>{' '}
              {lastRun.status && <JobStatus status={lastRun.status} />}
            </>
          ) : (
            texts.noNext
          )}
          {skipped && (
            <Box color="text-body-secondary" fontSize="body-s">
              <Time at={skipped.due} />
              <div>{texts.skipped(skipped.because)}</div>
            </Box>
          )}
        </>
      ),
    },
    { id: 'owner', header: texts.columns.owner, cell: ({ submittedBy }) => nameOf(submittedBy) },
    {
      id: 'actions',
      header: texts.columns.actions,
      cell: (schedule) =>
        mayChange(schedule) && (
          <ButtonDropdown
            variant="icon"
            expandToViewport
            ariaLabel={texts.actionsOf(schedule.name)}
            items={[
              { id: 'edit', text: texts.edit },
              { id: 'run', text: texts.run },
              { id: 'delete', text: texts.delete },
            ]}
            onItemClick={({ detail }) => {
              if (detail.id === 'edit') void navigate(`/${company}/jobs/scheduled/${schedule.id}`);
              if (detail.id === 'run') void runNow(schedule);
              if (detail.id === 'delete') onDelete(schedule);
            }}
          />
        ),
    },
  ];

  const { items, isPending } = schedules;
  return (
    <Table
      items={items}
      columnDefinitions={columns}
      trackBy="id"
      wrapLines
      loading={isPending}
      loadingText={appTexts.loading}
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: texts.caption }}
      empty={
        <EmptyState
          title={texts.empty}
          description={texts.emptyDescription}
          action={
            isUser && (
              <SpaceBetween size="xs" direction="horizontal">
                <LinkButton to={`/${company}/publish?when=recurring`}>{texts.create}</LinkButton>
                <LinkButton to={`/${company}/upload?from=elsewhere&when=recurring`}>
                  {texts.createUpload}
                </LinkButton>
              </SpaceBetween>
            )
          }
        />
      }
      footer={schedules.hasNextPage && <ShowMore list={schedules} />}
    />
  );
}
