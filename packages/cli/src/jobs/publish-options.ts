import { choice, choices, flag, text } from '../command.ts';
import { folderPath } from '../library/folder-path.ts';
import { emailSettings, publishKinds, servers } from '../words.ts';

/** Options of publish jobs, of those that are submitted and those of schedules. */
export const publishJobOptions = {
  to: choices(servers, 'Publish To: servers, with commas between. Default: all of the company'),
  type: choice(
    publishKinds,
    'Publish: new assets only, also changed ones, or with the search data of eCatalogs',
  ),
  in: text('<folder>', 'only this folder'),
  below: flag('with --in: also the folders below'),
  force: flag('also publish what is live in its current version'),
  invalidate: flag('invalidate what was replaced on the CDN (admins)'),
  runAs: text('<member>', 'Run Job As: subject or e-mail address of a member (other members: admins)'),
  notify: text('<url>', 'HTTP Notification: receives a signed POST when the job has finished'),
  notifyIfPublished: flag('with --notify: only if something was published'),
  email: choice(emailSettings, 'when mail is sent about the job'),
};

type GivenOptions = {
  readonly [Name in keyof typeof publishJobOptions]?:
    | Exclude<(typeof publishJobOptions)[Name]['value'], undefined>
    | undefined;
};

/** The options as the API takes them, without those that are not given. */
export function publishJobBody(given: GivenOptions, runAs: string | undefined) {
  const { to, type, in: folder, below, force, invalidate, notify, notifyIfPublished, email } = given;
  return {
    ...(to === undefined ? {} : { servers: [...to] }),
    ...(type === undefined ? {} : { publish: type }),
    ...(folder === undefined ? {} : { scope: { folder: folderPath(folder), below: below ?? false } }),
    ...(force ? { force } : {}),
    ...(invalidate ? { invalidate } : {}),
    ...(runAs === undefined ? {} : { runAs }),
    ...(notify === undefined
      ? {}
      : { notification: { url: notify, onlyIfPublished: notifyIfPublished ?? false } }),
    ...(email === undefined ? {} : { email }),
  };
}
