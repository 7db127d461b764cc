import { configure, type Entry, Reader, ZipReader } from '@zip.js/zip.js';
import { inParallel } from '../../domain/in-parallel.ts';
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import { unpackLimits } from '../../domain/uploads/unpacking.ts';
import type { Archive, ArchiveBytes } from './archive.ts';
import { blockReader } from './block-reader.ts';

configure({ useWebWorkers: false, chunkSize: 1024 ** 2 });

/** Entries that are read at a time: each may be 100 MiB in memory. */
const entriesAtOnce = 3;

class BytesReader extends Reader<ArchiveBytes> {
  readonly #source: ArchiveBytes;

  constructor(source: ArchiveBytes) {
    super(source);
    this.#source = source;
    this.size = source.bytes;
  }

  override readUint8Array(index: number, length: number): Promise<Uint8Array> {
    return this.#source.read(index, length);
  }
}

/** A ZIP file, also with 64-bit sizes. */
export function zipArchive(source: ArchiveBytes): Archive {
  let known: Promise<readonly Entry[]> | undefined;
  const entriesOf = () => {
    known ??= readEntries(source);
    return known;
  };
  return {
    async entries() {
      return (await entriesOf()).map((entry) => ({
        path: entry.filename,
        bytes: entry.uncompressedSize,
        kind: entry.directory ? 'folder' : entry.encrypted || isLink(entry) ? 'other' : 'file',
      }));
    },

    async read(wanted, take) {
      const entries = await entriesOf();
      await inParallel([...wanted], entriesAtOnce, async (index) => {
        const entry = entries[index];
        if (!entry || entry.directory) throw new Error(`The archive has no file at ${index}`);
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
        const stop = new AbortController();
        // An error of the entry comes to the reader of its bytes.
        entry.getData(writable, { checkSignature: true, signal: stop.signal }).catch(() => undefined);
        try {
          await take(index, withProblems(readable));
        } finally {
          // What is not read is not awaited either.
          stop.abort();
        }
      });
    },
  };
}

async function* withProblems(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw problemOf(error);
  }
}

/** The upper half of the attributes of Unix systems has the type of the file: 0xA000 is a link. */
function isLink({ externalFileAttributes = 0 }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0xf000) === 0xa000;
}

async function readEntries(source: ArchiveBytes): Promise<readonly Entry[]> {
  const reader = new ZipReader(new BytesReader(blockReader(source)));
  const entries: Entry[] = [];
  try {
    // One more than are unpacked shows that there are too many.
    // Paths are checked for each file (domain/uploads/subfolder.ts), so that one does not refuse the archive.
    for await (const entry of reader.getEntriesGenerator({ filenameValidation: 'tolerant' })) {
      entries.push(entry);
      if (entries.length > unpackLimits.entries) break;
    }
  } catch (error) {
    throw problemOf(error);
  }
  return entries;
}

/** The library throws errors about the archive itself, and passes on those of the source. */
function problemOf(error: unknown): unknown {
  const { $metadata } = (error ?? {}) as { $metadata?: unknown };
  if (!(error instanceof Error) || $metadata !== undefined || 'code' in error) return error;
  return refusedFile(`It is not a ZIP archive that can be read: ${error.message}`, error);
}
