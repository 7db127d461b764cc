import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Upload } from '@pressroom/client/upload';
import type { UploadState } from '@pressroom/client/upload-state';
import type { Context } from '../context.ts';
import { configFolder } from '../session/config-folder.ts';
import { readJsonFile, writePrivateFile } from '../session/private-file.ts';

/** An unfinished upload job of an earlier run. */
export interface StoredUpload {
  readonly file: string;
  /** In the library. */
  readonly folder: string;
  readonly state: UploadState;
}

/** Milliseconds between two writes of a state, unless an upload part of a large file has arrived. */
const saveMs = 250;

/**
 * Unfinished uploads, as files in the folder of the profiles. A command finds those of an earlier run with the same
 * paths and options.
 */
export function uploadStates({ io, session }: Pick<Context, 'io' | 'session'>, command: readonly unknown[]) {
  const key = createHash('sha256')
    .update(JSON.stringify([session.api, session.company, command]))
    .digest('hex')
    .slice(0, 32);
  const place = join(configFolder(io.env), 'uploads', key);
  return {
    async read(): Promise<StoredUpload[]> {
      const names = await readdir(place).catch(() => [] as string[]);
      const found: StoredUpload[] = [];
      for (const name of names.filter((one) => one.endsWith('.json')).sort()) {
        const file = join(place, name);
        const stored = (await readJsonFile(file)) as Omit<StoredUpload, 'file'> | undefined;
        if (stored?.state.version === 1) found.push({ ...stored, file });
      }
      return found;
    },

    /** Writes the state of an upload while it is sent. */
    saver(upload: Upload, folder: string) {
      let writing: Promise<void> | undefined;
      let isDirty = false;
      let writtenAt = 0;
      const save = async () => {
        while (isDirty) {
          isDirty = false;
          const state = upload.state();
          if (!state) return;
          writtenAt = io.now();
          await writePrivateFile(join(place, `${state.jobId}.json`), JSON.stringify({ folder, state }));
        }
      };
      return {
        /** @param atOnce an upload part has arrived, which would be sent again if the state were lost */
        changed(atOnce: boolean): void {
          isDirty = true;
          if (writing || (!atOnce && io.now() - writtenAt < saveMs)) return;
          writing = save().finally(() => {
            writing = undefined;
          });
        },
        async flush(): Promise<void> {
          await writing;
          isDirty = true;
          await save();
        },
        async remove(): Promise<void> {
          await writing;
          const state = upload.state();
          if (state) await rm(join(place, `${state.jobId}.json`), { force: true });
          await removeFolderIfEmpty();
        },
      };
    },

    async remove(file: string): Promise<void> {
      await rm(file, { force: true });
      await removeFolderIfEmpty();
    },
  };

  async function removeFolderIfEmpty(): Promise<void> {
    const left = await readdir(place).catch(() => ['?']);
    if (left.length === 0) await rm(place, { recursive: true, force: true });
  }
}
