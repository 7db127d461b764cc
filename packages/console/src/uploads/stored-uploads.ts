import type { UploadState } from '@pressroom/client/upload-state';

/** What a reload needs to go on with an upload, except for its files: browsers keep no files of a page. */
export interface StoredUpload {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly state: UploadState;
}

interface Owner {
  readonly company: string;
  readonly subject: string;
}

/** Milliseconds that an upload job accepts files (docs/uploads.md). */
const openMs = 24 * 3_600_000;

const prefixOf = ({ company, subject }: Owner) => `pressroom.upload.${subject}.${company}.`;

export function storeUpload(upload: StoredUpload, owner: Owner): void {
  try {
    const value = JSON.stringify({ ...upload, storedAt: Date.now() });
    localStorage.setItem(prefixOf(owner) + upload.id, value);
  } catch {
    // The browser has no room: the upload goes on, and a reload loses it.
  }
}

export function deleteStoredUpload(id: string, owner: Owner): void {
  localStorage.removeItem(prefixOf(owner) + id);
}

/** Uploads that can still be continued. Others are deleted. */
export function storedUploads(owner: Owner): StoredUpload[] {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefixOf(owner)));
  return keys.flatMap((key) => {
    try {
      const { storedAt, ...upload } = JSON.parse(localStorage.getItem(key) ?? '') as StoredUpload & {
        readonly storedAt: number;
      };
      if (upload.state.version === 1 && Date.now() - storedAt < openMs) return [upload];
    } catch {
      // Not ours, or cut off.
    }
    localStorage.removeItem(key);
    return [];
  });
}
