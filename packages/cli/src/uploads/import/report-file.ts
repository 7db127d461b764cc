import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { csvLine } from '../../output/csv-line.ts';

/** A table that is written line by line. */
export interface ReportFile {
  add(cells: readonly unknown[]): Promise<void>;
  end(): Promise<void>;
}

/** @param path undefined: nothing is written */
export async function reportFile(path: string | undefined, header: readonly string[]): Promise<ReportFile> {
  if (path === undefined) return { async add() {}, async end() {} };
  const stream = createWriteStream(path);
  // A folder that does not exist must not be found out at the end.
  await once(stream, 'open');
  const add = async (cells: readonly unknown[]) => {
    if (!stream.write(`${csvLine(cells)}\r\n`)) await once(stream, 'drain');
  };
  await add(header);
  return {
    add,
    async end() {
      stream.end();
      await once(stream, 'close');
    },
  };
}
