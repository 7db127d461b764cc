import { counted } from './app.ts';

const addresses = (count: number) => counted(count, 'address', 'addresses');

export const elsewhereTexts = {
  source: {
    header: 'Where from',
    kinds: {
      label: 'Source',
      bucket: 'S3 bucket',
      bucketDescription: 'The files of a bucket that your installation allows',
      urls: 'Web addresses',
      urlsDescription: 'Files at https addresses that work without a login',
    },
    bucket: 'Bucket',
    bucketHint: 'Ask the operator of your installation which buckets your company may read.',
    needsBucket: 'Enter the name of a bucket.',
    prefix: 'Prefix',
    prefixHint: 'The beginning of the keys, such as web/autumn/. Empty: the whole bucket.',
    includeSubfolders: 'Include subfolders',
    includeSubfoldersHint: 'They become subfolders of the folder below.',
    lines: 'Addresses',
    linesHint:
      'One on each line. After a space, a file name of your own (hat.png), or a folder and a name (/hats/hat.png).',
    keptQuery:
      'What an address has after its ? may be secret, so it is shown as ?…. Such a line stays as it was stored.',
    count: (count: number) => addresses(count),
    needsLines: 'Enter at least one address.',
    lineProblems: {
      address: (line: number, text: string) => `Line ${line}: "${text}" is not an address such as https://…`,
      path: (line: number, text: string) =>
        `Line ${line}: "${text}" must be a file name, or a path that begins with a slash`,
      name: (line: number) => `Line ${line}: the address has no file name at its end. Add one after a space`,
    },
    changedOnly: 'Only what has changed',
    changedOnlyHint: 'Files that are as they were when they were last fetched for this folder are left out.',
  },
  options: 'Where to, and how',
  end: {
    header: 'When it has ended',
    description: 'A publish job that follows, HTTP notification, e-mail',
    follow: 'Follow with a publish job',
    followKinds: {
      none: { label: 'None', description: 'The upload publishes its own files, as the options above say' },
    },
    onlyIfFiles: 'Only if the upload recorded files',
  },
  start: 'Start upload',
  schedule: 'Schedule upload',
  notStarted: 'The upload was not started',
  notScheduled: 'The upload was not scheduled',
  started: (name: string) => `The upload ${name} has started`,
  scheduled: (name: string) => `Scheduled: ${name}`,
  /** Where the files of an upload come from. */
  from: {
    bucket: (bucket: string, prefix: string, below: boolean) =>
      `s3://${bucket}/${prefix}${below ? ' and its subfolders' : ''}`,
    urls: (count: number) => addresses(count),
  },
} as const;
