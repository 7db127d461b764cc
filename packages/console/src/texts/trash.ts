import { counted, formatNumber } from './app.ts';

const assets = (count: number) => counted(count, 'asset', 'assets');

export const trashTexts = {
  title: 'Trash',
  description: 'Deleted assets stay here for 7 days. Their ids stay taken until they are gone.',
  open: 'Open the trash',
  toLibrary: 'Library',
  caption: 'Deleted assets',
  columns: { picture: 'Picture', asset: 'Asset', type: 'Type', deleted: 'Deleted', left: 'Gone for good' },
  by: (name: string) => `by ${name}`,
  with: (parent: string) => `Deleted with ${parent}`,
  left: (days: number) =>
    days === 0 ? 'Within a day' : days === 1 ? 'In 1 day' : `In ${formatNumber(days)} days`,
  purging: 'Is being deleted for good',
  select: (id: string) => `Select ${id}`,
  selectAll: 'Select all that are shown',
  selected: (count: number, of: number) => `(${formatNumber(count)} of ${formatNumber(of)} selected)`,
  empty: 'The trash is empty',
  emptyDescription: 'Assets that somebody deletes in the library come here, and can be restored for 7 days.',
  restore: 'Restore',
  restored: (count: number, id: string) => (count === 1 ? `${id} is restored` : `${assets(count)} restored`),
  notRestored: 'Not restored',
  purge: 'Delete for good',
  notYours: 'Only admins delete for good what others have uploaded or built.',
  purgeHeader: (count: number) => `Delete ${assets(count)} for good?`,
  purgeText:
    'Their files, all their versions and their history are deleted, with the images that are derived from them. This cannot be undone.',
  purgeConfirm: (count: number) => `Delete ${assets(count)} for good`,
  purged: (count: number) => `${assets(count)} deleted for good`,
  emptyTrash: 'Empty the trash',
  nothingToEmpty: 'The trash has nothing that you may delete for good',
  notCounted: 'The trash could not be read',
} as const;
