import type { DirectoryFiles } from '../../adapters/s3/directory-files.ts';
import {
  type DirectoryEntry,
  type DirectoryFile,
  directoryLines,
  directoryPath,
  isBefore,
  isUnchanged,
} from '../../domain/delivery/directory-index.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { possibleOwner } from '../../domain/library/origin-owner.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';

export interface IndexServerDirectoryDependencies extends DirectoryFiles {
  /** Puts a message into the queue of this function. */
  readonly request: (work: { readonly company: string }) => Promise<void>;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
}

/** Files that are looked at in parallel. */
const atATime = 50;

/** Milliseconds reserved for the rest of the lists and for writing the index. */
const reserve = 180_000;

/**
 * "Index Server Directory", for a company: writes the index of its files (docs/origins.md). It lists what is there, so a lost or
 * repeated message makes no difference, and looks only at files that are not in the index, or not as they are now. If its time
 * does not suffice, the index has all files, some without version, type and checksum, and another message completes it.
 *
 * Costs: a LIST for 1,000 files, a GET and a PUT of the index, a HEAD for each file that is new or changed.
 * @throws Failure `storage.busy` if other calls keep writing the index; the message is then delivered again
 */
export async function indexServerDirectory(
  company: string,
  dependencies: IndexServerDirectoryDependencies,
): Promise<void> {
  const { listFiles, describeFile, readIndex, writeIndex, request, timeLeft } = dependencies;
  const isComplete = await untilUnchanged(
    async () => {
      const before = await readIndex(company);
      const known = entriesInOrder(before?.text ?? '');
      let isWhole = true;
      let text = '';
      for (let after: string | undefined, more = true; more; ) {
        const { files, next } = await listFiles(company, after);
        const found = files.map((file) => ({ file, entry: known(directoryPath(company, file.key)) }));
        const lines = await inParallel(found, atATime, async ({ file, entry }) => {
          if (entry && isUnchanged(entry, file)) return lineOf(entry);
          if (timeLeft() < reserve) {
            isWhole = false;
            return lineOf(entryOf(company, file, {}));
          }
          const facts = await describeFile(file);
          // It was withdrawn in the meantime: its event comes, too.
          return facts ? lineOf(entryOf(company, file, facts)) : '';
        });
        text += lines.join('');
        after = next;
        more = next !== undefined;
      }
      const isNew = before ? text !== withoutEmptyLine(before.text) : text !== '';
      if (isNew && !(await writeIndex(company, text, before))) return changedMeanwhile;
      return isWhole;
    },
    () => new Failure('storage.busy', `The index of Server Directory of ${company} keeps changing`),
  );
  if (!isComplete) await request({ company });
}

/** Finds entries of an index by their paths, which must be asked for in the order of the index. */
function entriesInOrder(text: string): (path: string) => DirectoryEntry | undefined {
  const lines = directoryLines(text);
  let entry = nextEntry();
  return (path) => {
    while (entry && isBefore(entry.path, path)) entry = nextEntry();
    return entry?.path === path ? entry : undefined;
  };

  function nextEntry(): DirectoryEntry | undefined {
    const { value, done } = lines.next();
    return done ? undefined : (JSON.parse(value) as DirectoryEntry);
  }
}

function entryOf(
  company: string,
  { key, bytes, etag, modified }: DirectoryFile,
  facts: Partial<DirectoryEntry>,
): DirectoryEntry {
  const id = facts.id ?? possibleOwner('server-directory', key)?.id ?? '';
  return { path: directoryPath(company, key), ...facts, id, bytes, etag, modified };
}

const lineOf = (entry: DirectoryEntry) => `${JSON.stringify(entry)}\n`;

/** An empty index is stored as an empty line. */
const withoutEmptyLine = (text: string) => (text === '\n' ? '' : text);
