import { createHash } from 'node:crypto';
import { memberRecords } from '../../adapters/dynamodb/companies/member-records.ts';
import { settingsRecords } from '../../adapters/dynamodb/companies/settings-records.ts';
import { jobRecords } from '../../adapters/dynamodb/jobs/job-records.ts';
import { scheduleRecords } from '../../adapters/dynamodb/schedules/schedule-records.ts';
import { eventBus } from '../../adapters/eventbridge/event-bus.ts';
import { documentClient, eventsClient, sfnClient } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged, logger } from '../../adapters/runtime/logger.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { submitPublishJob } from '../../application/jobs/submit-publish-job.ts';
import type { PublishJob } from '../../domain/jobs/job.ts';
import { environment } from './env.ts';
import { startJob } from './start-job.ts';

const { JOB_TABLE, PUBLISH_STATE_MACHINE, EVENT_BUS } = readEnvironment(environment);
const documents = documentClient();
const jobs = jobRecords(documents, JOB_TABLE);
const bus = eventBus(eventsClient(), EVENT_BUS, (message, facts) => logger.warn(message, facts));

const dependencies = {
  ...scheduleRecords(documents, JOB_TABLE),
  ...settingsRecords(documents, JOB_TABLE),
  ...memberRecords(documents, JOB_TABLE),
  getJob: jobs.getJob,
  submit: async (job: PublishJob) => {
    const submitted = await submitPublishJob(job, {
      ...jobs,
      ...executions(sfnClient(), PUBLISH_STATE_MACHINE),
    });
    bus.announceStatus(job, job.submitted);
    return submitted;
  },
  sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
  now: () => new Date().toISOString(),
  log: logger,
};

export const handler = logged((event: unknown) => startJob(event, dependencies).finally(bus.flush));
