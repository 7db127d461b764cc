/** The company of the route tests on a memory cloud: one asset and a video, one job of each kind, one file in parts, one of all else. */
import { CreateMultipartUploadCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import { assetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import { versionStore } from '../../../adapters/dynamodb/assets/version-store.ts';
import { auditStore } from '../../../adapters/dynamodb/companies/audit-store.ts';
import { invalidationStore } from '../../../adapters/dynamodb/delivery/invalidation-store.ts';
import {
  fileKey,
  folderItemKey,
  memberKey,
  membershipKey,
  webhookSecretsKey,
} from '../../../adapters/dynamodb/keys.ts';
import { notificationStore } from '../../../adapters/dynamodb/notifications/notification-store.ts';
import { presetStore } from '../../../adapters/dynamodb/sets/preset-store.ts';
import { relationStore } from '../../../adapters/dynamodb/sets/relation-store.ts';
import { imageSettingsStore } from '../../../adapters/s3/image-settings.ts';
import { jobLogs } from '../../../adapters/s3/job-logs.ts';
import { planFiles } from '../../../adapters/s3/plan-files.ts';
import { previewSettingsStore } from '../../../adapters/s3/preview-settings.ts';
import { storedPlans } from '../../../adapters/s3/stored-plans.ts';
import { zipDownloads } from '../../../adapters/s3/zip-downloads.ts';
import { slotTarget } from '../../../adapters/scheduler/slot-target.ts';
import { slots } from '../../../adapters/scheduler/slots.ts';
import { emptyByServer } from '../../../domain/jobs/counts.ts';
import { desiredSlots } from '../../../domain/schedules/desired-slots.ts';
import { stagedKey } from '../../../domain/uploads/staged-key.ts';
import { aside } from '../../support/calls.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import type { MemoryCloud } from '../../support/memory-cloud.ts';
import {
  asset,
  auditEntry,
  clip,
  derived,
  endedJob,
  now,
  plan,
  planned,
  preset,
  previewKey,
  publishJob,
  schedule,
  secrets,
  set,
  uploadFile,
  uploadJob,
  zipDownload,
} from './api-records.ts';

const { company } = asset;
const { ASSET_TABLE, JOB_TABLE, JOBS_BUCKET, MASTERS_BUCKET, UPLOAD_BUCKET } = cloudNames;

/** In the trash. */
const binned = {
  ...asset,
  id: 'old shoe',
  masterKey: 'luma/old shoe',
  intent: 'held' as const,
  publications: {},
};

/** A machine, and a rule that trusts an issuer. */
const others = [
  { subject: 'robot', kind: 'machine', name: 'Robot' },
  {
    subject: 'trust-1',
    kind: 'trust-rule',
    name: 'Pipeline',
    rule: { issuer: 'https://ci.example.com', audience: 'pressroom', subject: 'project:website:*' },
  },
] as const;

/** Members with a login, besides those that are called as their role. */
const people = [
  { subject: 'bea', status: 'FORCE_CHANGE_PASSWORD' },
  { subject: 'cleo', status: 'CONFIRMED' },
] as const;

/** A folder in which nothing is. */
const emptyFolder = '/empty/';

/** Deletes what the cloud has, and furnishes the company anew. */
export function furnish(cloud: MemoryCloud): Promise<void> {
  return aside(async () => {
    cloud.clear();
    const { documents, s3, scheduler } = cloud.clients;
    const view = cloud.company(company);
    for (const role of ['viewer', 'user', 'admin'] as const) view.roles.set(role, role);
    cloud.company('other').roles.set('stranger', 'admin');
    for (const { subject, status } of people) {
      const email = `${subject}@example.com`;
      cloud.userPool.add(subject, email, status);
      cloud.tables.jobs.put({
        ...memberKey(company, subject),
        company,
        subject,
        kind: 'person',
        role: 'user',
        name: subject,
        email,
        added: now,
        addedBy: 'admin',
      });
      cloud.tables.jobs.put(membershipKey(subject, company));
    }
    for (const member of others) {
      const { subject } = member;
      cloud.tables.jobs.put({ ...memberKey(company, subject), company, role: 'user', added: now, ...member });
      cloud.tables.jobs.put(membershipKey(subject, company));
    }
    cloud.userPool.addClient('robot', 'machine luma Robot');

    const { putVersion } = versionStore(documents, ASSET_TABLE);
    for (const one of [
      { ...asset, version: 1, masterVersionId: 'm1' },
      asset,
      { ...binned, trashed: { at: now, by: 'ann' } },
    ]) {
      view.put(one);
      await putVersion(one);
    }
    await assetStore(documents, ASSET_TABLE).confirmHistory(asset, ['image-serving']);
    view.putSet(set, [asset.id]);
    await putVersion(set);
    for (const one of [derived, clip]) {
      view.put(one);
      await putVersion(one);
    }
    await relationStore(documents, ASSET_TABLE).linkDerived(company, asset.id, derived.id);
    cloud.tables.assets.put({ ...folderItemKey(company, emptyFolder), folder: emptyFolder });

    for (const job of [publishJob, endedJob])
      view.jobs.set(job.id, { ...job, perServer: emptyByServer(job.servers) });
    view.jobs.set(uploadJob.id, uploadJob);
    const logs = jobLogs(s3, JOBS_BUCKET);
    for (const { id } of [publishJob, endedJob]) {
      await logs.writeBegin(company, id, { time: now, outcome: 'begin', message: 'Begins' });
      const entry = {
        time: now,
        asset: asset.id,
        server: 'image-serving',
        outcome: 'error',
        message: 'Why',
      } as const;
      await logs.addPartLog({ company, jobId: id, level: 0, part: 0 }, [entry]);
    }

    const audit = auditStore(documents, JOB_TABLE, {
      newId: () => auditEntry.id,
      clock: () => Date.parse(now),
    });
    await audit.beginAudit(auditEntry);
    await audit.endAudit(auditEntry, { outcome: 'done' });
    await zipDownloads(s3, JOBS_BUCKET).writeDownload(zipDownload);
    const plans = storedPlans(s3, JOBS_BUCKET);
    await plans.writePlan(plan);
    await plans.writePlanList(company, plan.id, { planner: 'p1', change: 'changed', file: 0 }, [planned]);
    await planFiles(s3, JOBS_BUCKET).writeRound(company, plan.id, 0, [], {});

    const Key = stagedKey(company, uploadJob.id, uploadFile.file);
    const { UploadId = '' } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket: UPLOAD_BUCKET, Key, ChecksumAlgorithm: 'SHA256' }),
    );
    cloud.buckets[UPLOAD_BUCKET].put('film', 'film', { size: uploadFile.bytes });
    const size = uploadFile.bytes / 8;
    for (let index = 0; index < 8; index += 1) {
      await s3.send(
        new UploadPartCopyCommand({
          Bucket: UPLOAD_BUCKET,
          Key,
          UploadId,
          PartNumber: index + 1,
          CopySource: `${UPLOAD_BUCKET}/film`,
          CopySourceRange: `bytes=${index * size}-${(index + 1) * size - 1}`,
        }),
      );
    }
    await imageSettingsStore(s3, MASTERS_BUCKET).changeCompanyImages(company, () => ({
      images: {
        presets: [{ name: 'small', commands: 'wid=200', version: 1, modified: now, modifiedBy: 'admin' }],
      },
      result: undefined,
    }));
    await previewSettingsStore(s3, MASTERS_BUCKET, () => previewKey.key, Date.now).changePreviewSettings(
      company,
      () => previewKey,
    );
    cloud.tables.jobs.put({
      ...uploadFile,
      uploadId: UploadId,
      ...fileKey(company, uploadJob.id, uploadFile.file),
    });

    view.schedules.set(schedule.id, schedule);
    const { put } = slots(scheduler, slotTarget(cloudNames), Date.now);
    for (const slot of desiredSlots(schedule, now)) await put(slot);
    await invalidationStore(documents, JOB_TABLE).putInvalidation({
      company,
      id: 'i1',
      cloudFrontIds: [],
      completed: true,
      assets: [asset.id],
      submitted: now,
      submittedBy: 'admin',
    });
    await notificationStore(documents, JOB_TABLE).recordWebhookAttempt(company, endedJob.id, {
      made: 1,
      last: '2026-11-24T08:29:31.000Z',
      decision: 'delivered',
      delivery: { jobName: endedJob.name, url: 'https://hooks.example.com/…', milliseconds: 7, status: 204 },
    });
    await presetStore(documents, JOB_TABLE).putPreset(company, preset);
    cloud.tables.secrets.put({
      ...webhookSecretsKey(company),
      secrets: [...secrets],
    });
  });
}
