/**
 * Uploads on a memory cloud: the true adapters of ingest-upload, each call of which can be made to fail or to wait (see
 * faultable.ts). Only the contents of files are made up: a text stands for the bytes.
 */
import { createHash } from 'node:crypto';
import { liveDateStore } from '../../adapters/dynamodb/assets/live-date-store.ts';
import { similarIds } from '../../adapters/dynamodb/assets/similar-ids.ts';
import { settingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import { jobItem } from '../../adapters/dynamodb/jobs/job-item.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { fileKey, jobKey, memberOfKey } from '../../adapters/dynamodb/keys.ts';
import { metadataSchemaStore } from '../../adapters/dynamodb/library/metadata-schema-store.ts';
import { metadataStore } from '../../adapters/dynamodb/library/metadata-store.ts';
import { sourceStore } from '../../adapters/dynamodb/uploads/source-store.ts';
import { uploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import {
  copyToMasters,
  deleteUploadObject,
  findStaged,
  putReduction,
  putRendition,
  readStaged,
} from '../../adapters/s3/upload-object.ts';
import { fetchQueue } from '../../adapters/sqs/fetch-queue.ts';
import { notificationQueue } from '../../adapters/sqs/notification-queue.ts';
import { refreshDerived } from '../../application/assets/derive-image.ts';
import { invalidateTogether } from '../../application/assets/invalidate-together.ts';
import { publishAsset } from '../../application/assets/publish-asset.ts';
import { setDates } from '../../application/assets/set-dates.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { servers } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import type { Job, UploadJob } from '../../domain/jobs/job.ts';
import { stagedKey } from '../../domain/uploads/staged-key.ts';
import type { UploadFile } from '../../domain/uploads/upload-file.ts';
import {
  type ApplyMetadataDependencies,
  applyMetadata,
} from '../../functions/ingest-upload/apply-metadata.ts';
import type { IngestDependencies } from '../../functions/ingest-upload/ingest-upload.ts';
import { withdrawUploaded } from '../../functions/ingest-upload/withdraw-uploaded.ts';
import { anUploadFile, anUploadJob, company } from './builders.ts';
import { cloudNames } from './cloud-names.ts';
import { copyOf } from './dynamodb/values.ts';
import { type Faults, faultable } from './faultable.ts';
import { libraryAdapters } from './library-cloud.ts';
import { type MapView, mapView } from './map-view.ts';
import type { MemoryClients } from './memory-clients.ts';
import { type MemoryCloud, memoryCloud } from './memory-cloud.ts';

const { ASSET_TABLE, JOB_TABLE, MASTERS_BUCKET, UPLOAD_BUCKET } = cloudNames;

export interface UploadCloud extends Faults {
  readonly memory: MemoryCloud;
  /** `<job>/<number>` */
  readonly files: MapView<UploadFile>;
  readonly jobs: MapView<Job>;
  readonly assets: MapView<Asset>;
  /** Keys of files that have arrived. */
  readonly staged: () => string[];
  /** `<key>@<version id>` → content */
  readonly masters: MapView<string>;
  /** `<server>:<key>` → content */
  readonly origins: MapView<string>;
  readonly invalidated: () => string[];
  /** What was published, withdrawn or refreshed, in order. */
  readonly history: string[];
  readonly warnings: string[];
  settings: CompanySettings;
  readonly dependencies: IngestDependencies;
  /** What serve-api needs to cancel an upload. */
  readonly cancel: Pick<
    UploadAdapters,
    'getJob' | 'endJob' | 'requestStop' | 'finishFiles' | 'endIfComplete'
  > &
    Pick<UploadAdapters, 'sendNotification' | 'markEndProcessed'> & {
      cancelPublishJob(): Promise<never>;
      now(): string;
    };
  /** An upload job with one file for each name. */
  addJob(id: string, names: readonly string[], options?: Partial<UploadJob>): UploadJob;
  /** S3 takes a file of 9 bytes. The content `refused: …` makes a file that ingest refuses for that reason, `photo …` one of which it makes a rendition, `large …` one of which it makes a reduction, `drawing …` a document without a picture. */
  arrive(jobId: string, file: number, uploadedAt: string, content?: string, bytes?: number): void;
  /** Lets sets show an asset. */
  addMemberships(id: string, sets: readonly string[]): void;
}

type UploadAdapters = ReturnType<typeof uploadAdapters>;

function uploadAdapters(clients: MemoryClients, history: string[]) {
  const { documents, s3 } = clients;
  const jobs = jobStore(documents, JOB_TABLE);
  const library = libraryAdapters(clients);
  const buckets = { uploads: UPLOAD_BUCKET, masters: MASTERS_BUCKET };
  return {
    ...library,
    ...jobs,
    ...uploadStore(documents, JOB_TABLE, ASSET_TABLE, jobs),
    ...sourceStore(documents, JOB_TABLE),
    ...fetchQueue(clients.sqs, cloudNames.FETCH_QUEUE),
    ...notificationQueue(clients.sqs, cloudNames.NOTIFICATION_QUEUE),
    getSettings: settingsStore(documents, JOB_TABLE).getSettings,
    findStaged: (key: string) => findStaged(s3, UPLOAD_BUCKET, key),
    async readMedia(key: string, { type, bytes }: UploadFile) {
      const content = Buffer.from(await readStaged(s3, UPLOAD_BUCKET, key)).toString('utf8');
      if (content.startsWith('refused')) throw new Failure('upload.file-refused', content);
      const warnings = content.startsWith('odd') ? ['It is odd'] : [];
      if (content.startsWith('photo')) {
        const rendition = Buffer.from(`rendition of ${content}`);
        const original = { originalType: 'image/heic', originalBytes: bytes };
        const facts = {
          type: 'image' as const,
          mimeType: 'image/jpeg',
          bytes: rendition.length,
          ...original,
        };
        return { facts, warnings, rendition };
      }
      if (content.startsWith('drawing')) {
        const facts = { type: 'document' as const, mimeType: 'application/eps', bytes };
        return { facts, warnings, withoutPicture: 'It has no preview' };
      }
      const facts = { type: 'image' as const, mimeType: type, bytes, width: 1, height: 1 };
      const reduction = content.startsWith('large') && {
        divisor: 4,
        bytes: Buffer.from(`reduction of ${content}`),
      };
      return { facts, warnings, ...(reduction && { reduction }) };
    },
    similarIds: (of: string, id: string) => similarIds(documents, ASSET_TABLE, of, id),
    copyToMasters: (source: string, target: string, bytes: number, type: string) =>
      copyToMasters(s3, buckets, { source, target, bytes, type }),
    putReduction: (company: string, reduction: { divisor: number; bytes: Uint8Array }) =>
      putReduction(s3, buckets.masters, company, reduction),
    putRendition: (target: string, bytes: Uint8Array, type: string) =>
      putRendition(s3, buckets.masters, { target, bytes, type }),
    deleteMaster: (key: string, versionId: string) => deleteUploadObject(s3, MASTERS_BUCKET, key, versionId),
    deleteStaged: (key: string) => deleteUploadObject(s3, UPLOAD_BUCKET, key),
    async recordPublication(...change: Parameters<typeof library.recordPublication>) {
      const done = await library.recordPublication(...change);
      if (done) history.push(`published ${change[1].id} ${change[1].version}`);
      return done;
    },
    async refreshDerived(parent: Asset, refreshing: Parameters<typeof refreshDerived>[1]) {
      const refreshed = await refreshDerived(parent, refreshing, library);
      history.push(`refreshed ${parent.id} ${parent.version}`);
      return refreshed;
    },
    async publishWithMembers(...publishing: Parameters<typeof library.publishWithMembers>) {
      const published = await library.publishWithMembers(...publishing);
      history.push(`published what belongs to ${publishing[0].id}`);
      return published;
    },
  };
}

export function uploadCloud(): UploadCloud {
  const memory = memoryCloud();
  const { own, tables, buckets } = memory;
  const faults: Faults = { calls: [], fault: () => {}, commandFault: () => {} };
  const history: string[] = [];
  const warnings: string[] = [];
  const adapters = faultable(memory.hook, uploadAdapters(memory.clients, history), faults);
  const masters = buckets[MASTERS_BUCKET];
  const assets: MapView<Asset> = {
    ...own.assets,
    set(_, asset) {
      own.put(asset);
      return assets;
    },
    [Symbol.iterator]: () => own.assets[Symbol.iterator](),
  };

  const metadata = {
    ...metadataStore(memory.clients.documents, ASSET_TABLE),
    ...metadataSchemaStore(memory.clients.documents, JOB_TABLE),
    setDates: (...edit: Parameters<ApplyMetadataDependencies['setDates']>) =>
      setDates(...edit, { ...adapters, ...liveDateStore(memory.clients.documents, ASSET_TABLE) }),
    invalidateTogether: (of: string, ids: readonly string[]) => invalidateTogether(of, ids, adapters),
    readStaged: (key: string) => readStaged(memory.clients.s3, UPLOAD_BUCKET, key),
    now: memory.now,
    log: { error: (message: string) => warnings.push(message) },
  };

  return {
    memory,
    get calls() {
      return faults.calls;
    },
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
    files: mapView<UploadFile>({
      *entries() {
        for (const { item } of [...tables.jobs.all()]) {
          if (!String(item.sk).startsWith('FILE#')) continue;
          const file = fileOf(item);
          yield [`${file.jobId}/${file.file}`, file];
        }
      },
      get(name) {
        const [jobId = '', number] = name.split('/');
        const row = tables.jobs.get(fileKey(company, jobId, Number(number)));
        return row && fileOf(row.item);
      },
      set: (_, file) => tables.jobs.put({ ...file, ...fileKey(file.company, file.jobId, file.file) }),
      delete(name) {
        throw new Error(`Files of jobs stay: ${name}`);
      },
    }),
    jobs: own.jobs,
    assets,
    staged: () => buckets[UPLOAD_BUCKET].keys(),
    masters: mapView<string>({
      *entries() {
        for (const [key, versions] of masters.objects) {
          for (const { versionId } of versions) yield [`${key}@${versionId}`, masters.text(key, versionId)];
        }
      },
      get(name) {
        const [key = '', versionId] = name.split('@');
        return masters.get(key, versionId) && masters.text(key, versionId);
      },
      set(name, content) {
        const [key = '', versionId = ''] = name.split('@');
        masters.put(key, content, { versionId });
      },
      delete: (name) => masters.delete(name.split('@')[0] ?? '', name.split('@')[1]),
    }),
    origins: mapView<string>({
      *entries() {
        for (const server of servers) {
          for (const key of buckets[server].keys()) yield [`${server}:${key}`, buckets[server].text(key)];
        }
      },
      get(name) {
        const { bucket, key } = originOf(name);
        return bucket?.get(key) && bucket.text(key);
      },
      set: (name, content) => void originOf(name).bucket?.put(originOf(name).key, content),
      delete: (name) => originOf(name).bucket?.delete(originOf(name).key),
    }),
    invalidated: own.invalidated,
    history,
    warnings,
    get settings() {
      return own.settings;
    },
    set settings(settings) {
      own.setSettings(settings);
    },
    dependencies: {
      ...adapters,
      async buildSets() {
        return true;
      },
      applyMetadata: (job, lastAttempt) => applyMetadata(job, lastAttempt, { ...adapters, ...metadata }),
      setsOf: async (of, id) => (await adapters.membershipsOf(of, id)).map(({ set }) => set),
      publish: (asset, on, options) => publishAsset(asset, on, options, adapters),
      withdraw: (asset, withdrawal) => withdrawUploaded(asset, withdrawal, adapters),
      now: memory.now,
      log: {
        warn: (message) => warnings.push(message),
        error: (message) => warnings.push(message),
      },
    },
    cancel: {
      getJob: adapters.getJob,
      endJob: adapters.endJob,
      requestStop: adapters.requestStop,
      finishFiles: adapters.finishFiles,
      endIfComplete: adapters.endIfComplete,
      sendNotification: adapters.sendNotification,
      markEndProcessed: adapters.markEndProcessed,
      async cancelPublishJob() {
        throw new Error('There are no publish jobs here');
      },
      now: memory.now,
    },
    addJob(id, names, options = {}) {
      const job = anUploadJob({
        id,
        name: 'Upload 2026-11-24 09:00:00',
        submitted: '2026-11-24T09:00:00.000Z',
        started: '2026-11-24T09:00:00.000Z',
        ...options,
        counts: { ...anUploadJob().counts, total: names.length },
      });
      tables.jobs.put({ ...jobItem(job), ...jobKey(company, id) });
      for (const [index, name] of names.entries()) {
        const assetId = name.replace(/\.[^.]*$/, '');
        const file = anUploadFile({ jobId: id, file: index + 1, name, assetId });
        tables.jobs.put({ ...file, ...fileKey(company, id, index + 1) });
      }
      return job;
    },
    arrive(jobId, file, uploadedAt, content = `bytes of ${jobId}/${file}`, bytes = 9) {
      const sha256 = createHash('sha256').update(content).digest('base64');
      const facts = { size: bytes, modified: new Date(uploadedAt), sha256 };
      buckets[UPLOAD_BUCKET].put(stagedKey(company, jobId, file), content, facts);
    },
    addMemberships(id, sets) {
      for (const set of sets) tables.assets.put({ ...memberOfKey(company, id, set), set, places: 1 });
    },
  };

  function originOf(name: string) {
    const server = servers.find((one) => name.startsWith(`${one}:`));
    return { bucket: server && buckets[server], key: name.slice((server?.length ?? 0) + 1) };
  }
}

function fileOf(item: Record<string, unknown>): UploadFile {
  const { pk, sk, expires, ...file } = copyOf(item);
  return file as unknown as UploadFile;
}
