import { Failure } from '../../domain/failure.ts';

/** What a file is refused for, as its log line says it. */
export function refusedFile(message: string, cause?: unknown): Failure {
  return new Failure('upload.file-refused', message, cause === undefined ? {} : { cause });
}
