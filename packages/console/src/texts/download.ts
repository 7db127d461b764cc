import { counted } from './app.ts';

export const downloadTexts = {
  writing: (count: number) => `Writing ${counted(count, 'file', 'files')} into a ZIP file`,
  ready: (count: number) => `The ZIP file with ${counted(count, 'file', 'files')} is ready`,
  failed: 'The files were not downloaded',
} as const;
