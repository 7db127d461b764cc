/** Schedules, their jobs and EventBridge Scheduler on a memory cloud, with the true adapters (see faultable.ts). */
import type { CreateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import { memberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { queueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import { submissionStore } from '../../adapters/dynamodb/jobs/submission-store.ts';
import { scheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import { uploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import { sourceLists } from '../../adapters/s3/source-lists.ts';
import { slotTarget } from '../../adapters/scheduler/slot-target.ts';
import { type SlotDefinition, slots } from '../../adapters/scheduler/slots.ts';
import { fetchQueue } from '../../adapters/sqs/fetch-queue.ts';
import { executions } from '../../adapters/stepfunctions/executions.ts';
import { submitPublishJob } from '../../application/jobs/submit-publish-job.ts';
import { submitFetchingUpload } from '../../application/uploads/submit-fetching-upload.ts';
import type { PublishJob, UploadJob } from '../../domain/jobs/job.ts';
import { desiredSlots } from '../../domain/schedules/desired-slots.ts';
import type { Schedule } from '../../domain/schedules/schedule.ts';
import type { UploadSource } from '../../domain/uploads/upload-source.ts';
import { cloudNames } from './cloud-names.ts';
import type { CompanyView } from './company-view.ts';
import { type Faults, faultable } from './faultable.ts';
import { type MapView, mapView } from './map-view.ts';
import type { MemoryClients } from './memory-clients.ts';
import { memoryCloud } from './memory-cloud.ts';

const { JOB_TABLE, PUBLISH_STATE_MACHINE } = cloudNames;

export interface ScheduleCloud extends Faults, Pick<CompanyView, 'schedules' | 'jobs' | 'roles'> {
  /** What EventBridge Scheduler has, by name. */
  readonly slots: MapView<SlotDefinition>;
  readonly logged: string[];
  /** ISO 8601, UTC. It stands still. */
  time: string;
  readonly dependencies: ReturnType<typeof scheduleAdapters> & {
    newId(): string;
    now(): string;
    timeLeft(): number;
    readonly log: Readonly<Record<'info' | 'warn' | 'error', (message: string) => void>>;
  };
}

function scheduleAdapters({ documents, s3, sqs, scheduler, sfn }: MemoryClients, now: () => number) {
  const jobs = jobStore(documents, JOB_TABLE);
  const submitting = {
    ...jobs,
    ...queueStore(documents, JOB_TABLE),
    ...submissionStore(documents, JOB_TABLE),
    ...executions(sfn, PUBLISH_STATE_MACHINE),
    emitStatus: () => {},
  };
  const { createFetchingUpload } = uploadStore(documents, JOB_TABLE, cloudNames.ASSET_TABLE, jobs);
  const fetching = {
    createFetchingUpload,
    ...sourceLists(s3, cloudNames.JOBS_BUCKET),
    ...fetchQueue(sqs, cloudNames.FETCH_QUEUE),
  };
  return {
    ...scheduleStore(documents, JOB_TABLE),
    ...slots(scheduler, slotTarget(cloudNames), now),
    getSettings: settingsStore(documents, JOB_TABLE).getSettings,
    findRole: memberStore(documents, JOB_TABLE).findRole,
    getJob: jobs.getJob,
    submit: (job: PublishJob) => submitPublishJob(job, submitting),
    ...fetching,
    submitUpload: (job: UploadJob, from: UploadSource) => submitFetchingUpload(job, from, fetching),
  };
}

/** @param given schedules, each of which EventBridge Scheduler has as its record says */
export function scheduleCloud(...given: readonly Schedule[]): ScheduleCloud {
  const memory = memoryCloud();
  const { own, clock } = memory;
  const faults: Faults = { calls: [], fault: () => {}, commandFault: () => {} };
  const logged: string[] = [];
  const log = (message: string) => {
    logged.push(message);
  };
  const adapters = scheduleAdapters(memory.clients, () => clock.time);
  let ids = 0;

  const cloud: ScheduleCloud = {
    calls: faults.calls,
    get fault() {
      return faults.fault;
    },
    set fault(fault) {
      faults.fault = fault;
    },
    get commandFault() {
      return faults.commandFault;
    },
    set commandFault(fault) {
      faults.commandFault = fault;
    },
    schedules: own.schedules,
    jobs: own.jobs,
    roles: own.roles,
    slots: mapView<SlotDefinition>({
      *entries() {
        for (const [name, stored] of [...memory.slots]) yield [name, slotOf(stored)];
      },
      get(name) {
        const stored = memory.slots.get(name);
        return stored && slotOf(stored);
      },
      set: (name, slot) => void memory.slots.set(name, storedSlot(slot)),
      delete: (name) => void memory.slots.delete(name),
    }),
    logged,
    get time() {
      return new Date(clock.time).toISOString();
    },
    set time(time) {
      clock.time = Date.parse(time);
    },
    dependencies: {
      ...faultable(memory.hook, adapters, faults),
      newId() {
        ids += 1;
        return `01M86900X103YN7W5QY1DZ${String(ids).padStart(4, '0')}`;
      },
      now: () => cloud.time,
      timeLeft: () => 900_000,
      log: { info: log, warn: log, error: log },
    },
  };
  for (const role of ['viewer', 'user', 'admin'] as const) cloud.roles.set(role, role);
  for (const schedule of given) {
    cloud.schedules.set(schedule.id, schedule);
    for (const slot of desiredSlots(schedule, cloud.time)) cloud.slots.set(slot.name, slot);
  }
  return cloud;
}

function slotOf(stored: CreateScheduleCommandInput): SlotDefinition {
  const { StartDate, EndDate } = stored;
  return {
    name: stored.Name ?? '',
    expression: stored.ScheduleExpression ?? '',
    timeZone: stored.ScheduleExpressionTimezone ?? '',
    enabled: stored.State !== 'DISABLED',
    input: JSON.parse(stored.Target?.Input ?? 'null') as unknown,
    deleteWhenDone: stored.ActionAfterCompletion === 'DELETE',
    ...(StartDate === undefined ? {} : { start: StartDate.toISOString() }),
    ...(EndDate === undefined ? {} : { end: EndDate.toISOString() }),
  };
}

function storedSlot(slot: SlotDefinition): CreateScheduleCommandInput {
  return {
    Name: slot.name,
    ScheduleExpression: slot.expression,
    ScheduleExpressionTimezone: slot.timeZone,
    State: slot.enabled ? 'ENABLED' : 'DISABLED',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: slot.deleteWhenDone ? 'DELETE' : 'NONE',
    ...(slot.start === undefined ? {} : { StartDate: new Date(slot.start) }),
    ...(slot.end === undefined ? {} : { EndDate: new Date(slot.end) }),
    Target: {
      Arn: cloudNames.START_JOB,
      RoleArn: cloudNames.SCHEDULE_ROLE,
      Input: JSON.stringify(slot.input),
    },
  };
}
