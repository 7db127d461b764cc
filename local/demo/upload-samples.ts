import type { Client } from '@pressroom/client/create-client';
import type { UploadOptions, UploadResult } from '@pressroom/client/upload';
import type { Sample } from '../../samples/make-samples.ts';
import type { Report } from './step.ts';

/** Uploads samples as one job and reports every file that was sent. */
export function uploadSamples(
  client: Client,
  samples: readonly Sample[],
  options: UploadOptions,
  report: Report,
): Promise<UploadResult> {
  const files = samples.map(({ name, contentType, bytes }) => ({
    name,
    type: contentType,
    content: new Blob([new Uint8Array(bytes)]),
  }));
  return client.upload(files, {
    ...options,
    onProgress: ({ file, sentFiles, totalFiles }) => {
      if (file.status === 'sent') report(file.name, { done: sentFiles, total: totalFiles });
    },
  });
}

/** From the second start on the same state folder, the samples have names of their own. */
export function nameInRun(name: string, run: number): string {
  return run === 1 ? name : name.replace(/(\.[^.]+)?$/, `-${run}$1`);
}
