import { assetListStore } from '../dynamodb/assets/asset-list-store.ts';
import { assetStore } from '../dynamodb/assets/asset-store.ts';
import { pendingStore } from '../dynamodb/assets/pending-store.ts';
import { settingsStore } from '../dynamodb/companies/settings-store.ts';
import { folderStore } from '../dynamodb/library/folder-store.ts';
import { relationStore } from '../dynamodb/sets/relation-store.ts';
import { jobLogs } from '../s3/job-logs.ts';
import { planFiles } from '../s3/plan-files.ts';
import { setFiles } from '../s3/set-files.ts';
import { storedPlans } from '../s3/stored-plans.ts';
import { documentClient, s3Client } from './aws-clients.ts';

/** Names of tables and buckets, as in the environment of plan-job and store-plan. */
type PlanPlaces = Readonly<
  Record<'ASSET_TABLE' | 'JOB_TABLE' | 'JOBS_BUCKET' | 'MASTERS_BUCKET' | 'PART_ENTRIES', string>
>;

/** Everything that plans of jobs are read from and written to. plan-job and store-plan use the same. */
export function planStores({
  ASSET_TABLE,
  JOB_TABLE,
  JOBS_BUCKET,
  MASTERS_BUCKET,
  PART_ENTRIES,
}: PlanPlaces) {
  const { getAssets } = assetStore(documentClient(), ASSET_TABLE);
  const { foldersWithin } = folderStore(documentClient(), ASSET_TABLE);
  return {
    ...settingsStore(documentClient(), JOB_TABLE),
    ...pendingStore(documentClient(), ASSET_TABLE),
    getAssets,
    listAssets: assetListStore(documentClient(), ASSET_TABLE, getAssets, foldersWithin, Date.now).listAssets,
    derivedOf: relationStore(documentClient(), ASSET_TABLE).derivedOf,
    readSetRecord: setFiles(s3Client(), MASTERS_BUCKET).readSetRecord,
    ...jobLogs(s3Client(), JOBS_BUCKET),
    ...planFiles(s3Client(), JOBS_BUCKET),
    ...storedPlans(s3Client(), JOBS_BUCKET),
    partEntries: Number(PART_ENTRIES),
  };
}
