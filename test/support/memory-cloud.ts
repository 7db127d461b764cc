/**
 * The AWS services that the product uses, in memory. The true adapters run on its clients; each call passes a hook that
 * can fail, hold up, repeat or change it.
 */
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { company as defaultCompany } from './builders.ts';
import { type CallHook, callHook } from './calls.ts';
import { cloudNames } from './cloud-names.ts';
import { type CompanyView, companyView } from './company-view.ts';
import { type TableDefinition, tableDefinitions } from './dynamodb/table-definitions.ts';
import { clientsThrough, type MemoryClients } from './memory-clients.ts';
import { memoryCognito } from './memory-cognito.ts';
import { memoryDynamodb } from './memory-dynamodb.ts';
import { memoryS3 } from './memory-s3.ts';
import {
  memoryCloudFront,
  memoryEventBridge,
  memoryScheduler,
  memorySes,
  memorySqs,
  memoryStepFunctions,
} from './memory-services.ts';

export interface CloudOptions {
  /** Of the company that most tests are about. */
  readonly settings?: Partial<CompanySettings>;
  /** Items that one query looks at: pages on AWS end at 1 MB. */
  readonly pageItems?: number;
  /** Milliseconds since 1970. Without it the cloud has a clock of its own, from `2026-11-24T08:30:00.000Z` on. */
  readonly now?: () => number;
}

const buckets = {
  [cloudNames.UPLOAD_BUCKET]: { versioned: false },
  [cloudNames.MASTERS_BUCKET]: { versioned: true },
  [cloudNames.JOBS_BUCKET]: { versioned: false },
  [cloudNames.IMAGE_SERVING_BUCKET]: { versioned: false },
  [cloudNames.IMAGE_RENDERING_BUCKET]: { versioned: false },
  [cloudNames.VIDEO_BUCKET]: { versioned: false },
  [cloudNames.SERVER_DIRECTORY_BUCKET]: { versioned: false },
  // A bucket of others, which uploads fetch files from.
  source: { versioned: false },
  [cloudNames.ACCESS_LOG_BUCKET]: { versioned: false },
} as const;

export type MemoryCloud = ReturnType<typeof memoryCloud>;

export function memoryCloud(options: CloudOptions = {}) {
  const hook = callHook();
  const clock = { time: Date.parse('2026-11-24T08:30:00.000Z') };
  const now = options.now ?? (() => clock.time);
  const limits = options.pageItems === undefined ? {} : { pageItems: options.pageItems };
  const dynamodb = memoryDynamodb<keyof typeof tableDefinitions>(
    tableDefinitions as Record<keyof typeof tableDefinitions, TableDefinition>,
    limits,
  );
  const s3 = memoryS3(buckets, now);
  const sqs = memorySqs();
  const stepFunctions = memoryStepFunctions(now);
  const eventBridge = memoryEventBridge();
  const scheduler = memoryScheduler();
  const ses = memorySes();
  const cloudFront = memoryCloudFront();
  const cognito = memoryCognito();
  const services = {
    documents: dynamodb.service,
    s3: s3.service,
    sqs: sqs.service,
    sfn: stepFunctions.service,
    eventBridge: eventBridge.service,
    scheduler: scheduler.service,
    ses: ses.service,
    cloudFront: cloudFront.service,
    cognito: cognito.service,
  };
  const memory = { tables: dynamodb.tables, buckets: s3.buckets, messages: sqs.messages };
  const own: CompanyView = companyView(memory, defaultCompany);
  if (options.settings) own.setSettings(options.settings);

  return {
    hook,
    /** Calls that passed the hook, in order: see calls.ts. */
    calls: hook.calls,
    clients: clientsThrough(hook, services),
    /** Clients of a process of its own, on the same memory. */
    connect: (other: CallHook): MemoryClients => clientsThrough(other, services),
    tables: dynamodb.tables,
    buckets: s3.buckets,
    openUploads: s3.openUploads,
    messages: sqs.messages,
    executions: stepFunctions.executions,
    started: stepFunctions.started,
    endExecution: stepFunctions.end,
    events: eventBridge.events,
    slots: scheduler.slots,
    mails: ses.mails,
    invalidations: cloudFront.invalidations,
    userPool: cognito,
    /** Of which most tests are: `luma`. */
    own,
    /** Deletes all that there is, also what was recorded. */
    clear() {
      for (const table of Object.values(dynamodb.tables)) table.clear();
      for (const bucket of Object.values(s3.buckets)) bucket.clear();
      stepFunctions.executions.clear();
      scheduler.slots.clear();
      cognito.logins.clear();
      cognito.clients.clear();
      for (const recorded of [
        cognito.mails,
        hook.calls,
        stepFunctions.started,
        sqs.messages,
        eventBridge.events,
        ses.mails,
      ])
        recorded.length = 0;
    },
    company: (company: string): CompanyView => companyView(memory, company),
    clock,
    /** The time, ISO 8601; it advances by a millisecond with every look. */
    now: () => new Date(clock.time++).toISOString(),
  };
}
