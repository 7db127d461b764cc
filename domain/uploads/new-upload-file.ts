import { assetIdOf } from '../assets/asset-id.ts';
import type { CompanySettings } from '../companies/settings.ts';
import { Failure } from '../failure.ts';
import { checkDeclaration } from './declared-type.ts';
import type { UploadFile } from './upload-file.ts';
import { fileLogEntry } from './upload-log-entries.ts';

/** A file of an upload as it is named, before anything is decided. */
export type NamedFile = Omit<UploadFile, 'assetId' | 'state' | 'logEntry' | 'sha256'> & {
  readonly sha256?: string | undefined;
};

/**
 * Makes the record of a file. A file whose name gives no id, or that is refused for its declared type or size, is settled
 * with an error entry.
 * @param now ISO 8601, UTC
 */
export function newUploadFile(
  { sha256, ...named }: NamedFile,
  settings: Pick<CompanySettings, 'allowActiveContent'>,
  now: string,
): UploadFile {
  const file = { ...named, ...(sha256 === undefined ? {} : { sha256 }) };
  try {
    const assetId = assetIdOf(file.name);
    checkDeclaration(file, settings);
    return { ...file, assetId, state: 'pending' };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return refusedUploadFile(file, error.message, now);
  }
}

/** The record of a file that is refused before it is sent. @param now ISO 8601, UTC */
export function refusedUploadFile(
  file: Omit<UploadFile, 'assetId' | 'state' | 'logEntry'>,
  message: string,
  now: string,
): UploadFile {
  return { ...file, state: 'settled', logEntry: fileLogEntry(file, 'error', message, now) };
}
