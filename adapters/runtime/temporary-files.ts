import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files on the disk of the function. @param purpose the start of their names */
export function temporaryFiles(purpose: string): {
  /** The path of a new file. */
  newFile(): string;
  /** Removes a file. What has it open can go on with it. */
  removeFile(path: string): void;
} {
  return {
    newFile: () => join(tmpdir(), `pressroom-${purpose}-${randomUUID()}`),
    removeFile: (path) => rmSync(path, { force: true }),
  };
}
