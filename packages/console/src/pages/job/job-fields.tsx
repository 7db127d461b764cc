import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs';
import type { ReactNode } from 'react';
import { useMemberNames } from '../../api/use-member-names.ts';
import { PageLink } from '../../components/page-link.tsx';
import { Time } from '../../components/time.tsx';
import { useCompany } from '../../session/company.tsx';
import { formatNumber } from '../../texts/app.ts';
import { jobsTexts, jobTexts } from '../../texts/jobs.ts';
import { describeSource } from '../jobs/describe-source.ts';
import { isActive, type Job } from '../jobs/use-live-job.ts';

const texts = jobTexts.fields;

type PublishJob = Extract<Job, { kind: 'publish' }>;

function Scope({ scope }: { scope: PublishJob['scope'] }) {
  const { company } = useCompany();
  if (!scope) return jobTexts.scopes.library;
  switch (scope.kind) {
    case 'folder':
      return jobTexts.scopes.folder(scope.folder, scope.below);
    case 'assets':
      return jobTexts.scopes.assets(scope.count);
    case 'plan':
      return jobTexts.scopes.plan;
    case 'failed':
    case 'undo':
      return <PageLink to={`/${company}/jobs/${scope.jobId}`}>{jobTexts.scopes[scope.kind]}</PageLink>;
  }
}

/** What the job was asked to do, by whom and when. */
export function JobFields({ job }: { job: Job }) {
  const { company } = useCompany();
  const nameOf = useMemberNames();
  const { submitted, submittedBy, user, started, ended, duration, stoppedBy, rate } = job;
  const yesNo = (value: boolean) => (value ? jobTexts.yes : jobTexts.no);
  const field = (label: string, value: ReactNode) => ({ label, value });
  const folderLink = (folder: string) => (
    <PageLink to={`/${company}/library?folder=${encodeURIComponent(folder)}`}>{folder}</PageLink>
  );
  const own = (): KeyValuePairsProps.Item[] => {
    switch (job.kind) {
      case 'publish':
        return [
          field(texts.publish, jobTexts.publishKinds[job.publish]),
          field(texts.servers, job.servers.map((server) => jobTexts.servers[server]).join(', ')),
          field(texts.scope, <Scope scope={job.scope} />),
          ...(job.follows
            ? [
                field(
                  texts.follows,
                  <PageLink to={`/${company}/jobs/${job.follows}`}>{texts.toUpload}</PageLink>,
                ),
              ]
            : []),
        ];
      case 'action':
        return [
          field(texts.action, jobTexts.actions[job.action]),
          ...(job.folder === undefined ? [] : [field(texts.folder, folderLink(job.folder))]),
          ...(job.retryOf === undefined
            ? []
            : [
                field(
                  texts.retryOf,
                  <PageLink to={`/${company}/jobs/${job.retryOf}`}>{jobTexts.scopes.failed}</PageLink>,
                ),
              ]),
        ];
      case 'upload':
        return [
          ...(job.from
            ? [
                field(texts.from, describeSource(job.from)),
                field(texts.changedOnly, yesNo(job.from.changedOnly)),
                ...(job.unchanged === undefined ? [] : [field(texts.unchanged, formatNumber(job.unchanged))]),
              ]
            : []),
          field(texts.folder, folderLink(job.folder)),
          field(texts.publishAfterUploading, yesNo(job.publishAfterUploading)),
          field(texts.overwrite, yesNo(job.overwrite)),
          ...(job.unpack ? [field(texts.unpack, jobTexts.yes)] : []),
          ...(job.followWith ? [field(texts.followWith, jobTexts.publishKinds[job.followWith.publish])] : []),
        ];
    }
  };
  return (
    <KeyValuePairs
      columns={4}
      items={[
        field(texts.kind, jobsTexts.kinds[job.kind]),
        ...own(),
        ...('schedule' in job && job.schedule
          ? [
              field(
                texts.schedule,
                <PageLink to={`/${company}/jobs/scheduled`}>{job.schedule.name}</PageLink>,
              ),
            ]
          : []),
        field(texts.submitted, <Time at={submitted} />),
        field(texts.by, nameOf(submittedBy)),
        ...(user === submittedBy ? [] : [field(texts.runAs, nameOf(user))]),
        ...(started ? [field(texts.started, <Time at={started} />)] : []),
        ...(ended ? [field(texts.ended, <Time at={ended} />)] : []),
        ...(duration === undefined ? [] : [field(texts.duration, jobsTexts.duration(duration))]),
        ...(rate && isActive(job) ? [field(texts.rate, jobTexts.rate(rate))] : []),
        ...(stoppedBy ? [field(texts.stoppedBy, nameOf(stoppedBy))] : []),
      ]}
    />
  );
}
