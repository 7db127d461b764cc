import { describeAssetListStore } from './assets/asset-list-store.ts';
import { describeAssetStore } from './assets/asset-store.ts';
import { describePosterStore } from './assets/poster-store.ts';
import { describeVersionStore } from './assets/version-store.ts';
import { describeAuditStore } from './companies/audit-store.ts';
import { describeCompanyStores } from './companies/company-stores.ts';
import { describeInvalidationStore } from './delivery/invalidation-store.ts';
import { describeJobListIndexes } from './jobs/job-list-indexes.ts';
import { describeJobLists } from './jobs/job-lists.ts';
import { describeJobStore } from './jobs/job-store.ts';
import { describePermitStore } from './jobs/permit-store.ts';
import { describeLibraryRecords } from './library/library-records.ts';
import { describeMetadataStores } from './library/metadata-store.ts';
import { describeSearchRecords } from './library/search-records.ts';
import { describeNotificationRecords } from './notifications/notification-store.ts';
import { describeScheduleRecords } from './schedules/schedule-store.ts';
import { describeSetStores } from './sets/set-stores.ts';
import type { StoreTable } from './store-table.ts';
import { describeRefusals } from './table/refusals.ts';
import { describeTableAccess } from './table/writes.ts';
import { describeUploadStore } from './uploads/upload-store.ts';

/** All that the stores of the tables promise, on whatever keeps the tables. */
export function describeStores(open: () => StoreTable): void {
  describeAssetListStore(open);
  describeAssetStore(open);
  describeVersionStore(open);
  describePosterStore(open);
  describeCompanyStores(open);
  describeInvalidationStore(open);
  describeAuditStore(open);
  describeJobListIndexes(open);
  describeJobLists(open);
  describeJobStore(open);
  describePermitStore(open);
  describeLibraryRecords(open);
  describeMetadataStores(open);
  describeSearchRecords(open);
  describeNotificationRecords(open);
  describeScheduleRecords(open);
  describeSetStores(open);
  describeRefusals(open);
  describeTableAccess(open);
  describeUploadStore(open);
}
