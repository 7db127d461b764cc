import { describeJobLists } from './jobs/job-lists.ts';
import { describeJobStore } from './jobs/job-store.ts';
import { describeLibraryRecords } from './library/library-records.ts';
import { describeSearchRecords } from './library/search-store.ts';
import { describeNotificationRecords } from './notifications/notification-store.ts';
import { describeScheduleRecords } from './schedules/schedule-store.ts';
import type { StoreTable } from './store-table.ts';

/** All that the stores of the tables promise, on whatever keeps the tables. */
export function describeStores(open: () => StoreTable): void {
  describeJobLists(open);
  describeJobStore(open);
  describeLibraryRecords(open);
  describeSearchRecords(open);
  describeNotificationRecords(open);
  describeScheduleRecords(open);
}
