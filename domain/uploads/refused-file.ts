import { Failure } from '../failure.ts';

/** @param message why the file is refused, as its log entry shows it */
export function refusedFile(message: string, cause?: unknown): Failure {
  return new Failure('upload.file-refused', message, cause === undefined ? {} : { cause });
}
