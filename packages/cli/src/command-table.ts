import { publish } from './assets/publish.ts';
import { show } from './assets/show.ts';
import { unpublish } from './assets/unpublish.ts';
import type { Command } from './command.ts';
import { completion } from './command-line/completion.ts';
import { company, listCompanies, selectCompany } from './companies/company.ts';
import { login } from './companies/login.ts';
import { logout } from './companies/logout.ts';
import { cancelJob } from './jobs/cancel.ts';
import { jobLog } from './jobs/log.ts';
import { listJobs } from './jobs/ls.ts';
import { retryJob } from './jobs/retry.ts';
import { showJob } from './jobs/show.ts';
import { submitJob } from './jobs/submit.ts';
import { watchJob } from './jobs/watch.ts';
import { find } from './library/find.ts';
import { ls } from './library/ls.ts';
import { upload } from './uploads/upload.ts';

/** Every command, in the order of the help and of the reference. */
export const commandTable: readonly Command[] = [
  login,
  logout,
  company,
  listCompanies,
  selectCompany,
  ls,
  find,
  show,
  publish,
  unpublish,
  upload,
  submitJob,
  listJobs,
  showJob,
  jobLog,
  watchJob,
  cancelJob,
  retryJob,
  completion,
];

/** What words stand for that are no command of their own. */
export const groups: Readonly<Record<string, string>> = {
  jobs: 'Submit publish jobs, and follow all jobs',
};
