import { dates } from './assets/dates.ts';
import { download } from './assets/download.ts';
import { embed } from './assets/embed.ts';
import { exportRecords } from './assets/export.ts';
import { history } from './assets/history.ts';
import { publish } from './assets/publish.ts';
import { show } from './assets/show.ts';
import { unpublish } from './assets/unpublish.ts';
import { url } from './assets/url.ts';
import { rollback, versions } from './assets/versions.ts';
import { why } from './assets/why.ts';
import type { Command } from './command.ts';
import { completion } from './command-line/completion.ts';
import { mcp } from './command-line/mcp.ts';
import { audit } from './companies/audit.ts';
import { company, listCompanies, selectCompany } from './companies/company.ts';
import { login } from './companies/login.ts';
import { logout } from './companies/logout.ts';
import {
  addMachine,
  addTrustRule,
  changeRole,
  inviteMember,
  listMembers,
  removeMember,
  resendInvitation,
  resetMfa,
  resetPassword,
  showMember,
} from './companies/members.ts';
import { editSettings, settings, toggleServer } from './companies/settings.ts';
import { invalidateCdn, listInvalidations } from './delivery/cdn.ts';
import { deletePreset, listPresets, putPreset } from './delivery/presets.ts';
import { cancelJob } from './jobs/cancel.ts';
import { jobLog } from './jobs/log.ts';
import { listJobs } from './jobs/ls.ts';
import { plan } from './jobs/plan.ts';
import { retryJob } from './jobs/retry.ts';
import { showJob } from './jobs/show.ts';
import { submitJob } from './jobs/submit.ts';
import { undo } from './jobs/undo.ts';
import { watchJob } from './jobs/watch.ts';
import { find } from './library/find.ts';
import { addFolder, deleteFolder, listFolders, moveFolder } from './library/folders.ts';
import { ls } from './library/ls.ts';
import { exportMetadata, importMetadata, keywords, setMetadata } from './library/metadata.ts';
import { move, rename } from './library/move.ts';
import { emptyTrash, listTrash, restore, trash } from './library/trash.ts';
import { listNotifications, sendNotification, testNotification } from './notifications/notifications.ts';
import {
  addSchedule,
  deleteSchedule,
  editSchedule,
  listSchedules,
  pauseSchedule,
  previewSchedule,
  resumeSchedule,
  runSchedule,
  showSchedule,
} from './schedules/schedules.ts';
import { deleteBatchSetPreset, listBatchSetPresets, putBatchSetPreset } from './sets/presets.ts';
import { createSet, editSet, listSets, showSet } from './sets/sets.ts';
import { importDmc } from './uploads/import/import-dmc.ts';
import { importS3 } from './uploads/import/import-s3.ts';
import { sync } from './uploads/sync.ts';
import { upload } from './uploads/upload.ts';

/** Every command, in the order of the help and of the reference. */
export const commandTable: readonly Command[] = [
  login,
  logout,
  company,
  listCompanies,
  selectCompany,
  upload,
  sync,
  importDmc,
  importS3,
  ls,
  find,
  move,
  rename,
  trash,
  listTrash,
  emptyTrash,
  restore,
  listFolders,
  addFolder,
  moveFolder,
  deleteFolder,
  keywords,
  setMetadata,
  exportMetadata,
  importMetadata,
  show,
  publish,
  unpublish,
  dates,
  url,
  embed,
  why,
  versions,
  rollback,
  history,
  download,
  exportRecords,
  listSets,
  showSet,
  createSet,
  editSet,
  listBatchSetPresets,
  putBatchSetPreset,
  deleteBatchSetPreset,
  plan,
  submitJob,
  listJobs,
  showJob,
  jobLog,
  watchJob,
  cancelJob,
  retryJob,
  undo,
  addSchedule,
  listSchedules,
  showSchedule,
  editSchedule,
  pauseSchedule,
  resumeSchedule,
  deleteSchedule,
  runSchedule,
  previewSchedule,
  listNotifications,
  testNotification,
  sendNotification,
  invalidateCdn,
  listInvalidations,
  listPresets,
  putPreset,
  deletePreset,
  settings,
  editSettings,
  toggleServer,
  listMembers,
  showMember,
  inviteMember,
  changeRole,
  removeMember,
  resendInvitation,
  resetPassword,
  resetMfa,
  addMachine,
  addTrustRule,
  audit,
  mcp,
  completion,
];

/** What words stand for that are no command of their own. */
export const groups: Readonly<Record<string, string>> = {
  import: 'Import a library from Dynamic Media Classic, or from a bucket',
  folders: 'Create, move and delete folders',
  metadata: 'Set metadata, and exchange it as tables',
  sets: 'Make and change sets, and the presets by which uploads build them',
  'sets presets': 'Presets by which uploads build sets',
  jobs: 'Submit publish jobs, and follow all jobs',
  schedules: 'Make and run schedules of publish jobs',
  notifications: 'HTTP notifications about jobs',
  cdn: 'Invalidate the CDN',
  presets: 'Image presets',
  members: 'People, machines and trust rules of the company',
};
