import { formatNumber } from './app.ts';

export const imagePresetTexts = {
  header: 'Image presets',
  description:
    'Image commands with a name: an address such as …/red-shoe?$large$ shows the image as its preset says.',
  caption: 'Image presets',
  count: (count: number) => `(${formatNumber(count)})`,
  columns: { name: 'Name', commands: 'Commands', modified: 'Changed', actions: 'Actions' },
  by: (name: string) => `by ${name}`,
  add: 'Add a preset',
  edit: 'Edit',
  delete: 'Delete',
  actionsOf: (name: string) => `Actions for ${name}`,
  empty: 'There are no image presets',
  emptyDescription: 'Add one for each size that your pages use: later you change it in one place.',
  addHeader: 'Add an image preset',
  editHeader: (name: string) => `Edit ${name}`,
  save: 'Save',
  name: 'Name',
  nameHint: 'Letters, digits, dots, hyphens and underscores. Case does not matter in addresses.',
  nameProblem: 'Begin with a letter, then up to 59 letters, digits, dots, hyphens and underscores.',
  nameTaken: (name: string) => `There is a preset ${name} already.`,
  commands: 'Image commands',
  commandsHint:
    'As in an address, without the question mark. Such as wid=1200&hei=800&fit=crop&fmt=auto&qlt=85',
  commandsRequired: 'Enter at least one command.',
  flush:
    'Images at addresses with this preset are invalidated at the CDN. Browsers may show the earlier ones until their lifetime ends.',
  saved: (name: string) => `${name} is saved`,
  notSaved: (name: string) => `${name} was not saved`,
  preview: 'Preview',
  previewOf: (id: string) => `${id} with this preset`,
  previewImage: 'Image for the preview',
  noImages: 'There is no image in the library to show it with',
  previewFailed: 'The image cannot be shown with these commands.',
  deleteHeader: (name: string) => `Delete ${name}?`,
  deleteText: (name: string) =>
    `Addresses with $${name}$ stop working for visitors at once. A preset of the same name makes them work again.`,
  deleteConfirm: 'Delete this preset',
  deleted: (name: string) => `${name} is deleted`,
} as const;
