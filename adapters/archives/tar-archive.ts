import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import { type ArchiveEntry, unpackLimits } from '../../domain/uploads/unpacking.ts';
import type { Archive, ArchiveBytes } from './archive.ts';

/** Bytes that are read at once. */
const blockBytes = 4 * 1024 ** 2;

/** A TAR file without compression. It has no directory, so that it is read from its start each time. */
export function tarArchive(source: ArchiveBytes): Archive {
  return {
    async entries() {
      const entries: ArchiveEntry[] = [];
      await walk(source, async (header) => {
        entries.push({ path: pathOf(header), bytes: header.size ?? 0, kind: kindOf(header) });
        return entries.length <= unpackLimits.entries;
      });
      return entries;
    },

    async read(wanted, take) {
      let index = -1;
      let left = wanted.size;
      await walk(source, async (_, chunks) => {
        index += 1;
        if (!wanted.has(index)) return left > 0;
        await take(index, chunks);
        left -= 1;
        return left > 0;
      });
    },
  };
}

/** @param visit returns whether to go on. What it does not read is passed over */
async function walk(
  source: ArchiveBytes,
  visit: (header: Header, chunks: AsyncIterable<Uint8Array>) => Promise<boolean>,
): Promise<void> {
  const tar = extract();
  let failed: { readonly error: unknown } | undefined;
  const feeding = pipeline(Readable.from(blocksOf(source)), tar).catch((error: unknown) => {
    failed ??= { error };
  });
  try {
    for await (const entry of tar) {
      const goesOn = await visit(entry.header, entry as AsyncIterable<Uint8Array>);
      if (!goesOn) break;
      entry.resume();
    }
  } catch (error) {
    throw problemOf(failed?.error ?? error);
  } finally {
    tar.destroy();
    await feeding;
  }
}

async function* blocksOf({ bytes, read }: ArchiveBytes): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes; at += blockBytes) yield await read(at, Math.min(blockBytes, bytes - at));
}

/** Archives of whole folders begin their paths with `./`. */
function pathOf({ name }: Header): string {
  return name.replace(/^(?:\.\/)+/, '');
}

function kindOf({ type }: Header): ArchiveEntry['kind'] {
  if (type === 'directory') return 'folder';
  return type === 'file' || type === 'contiguous-file' ? 'file' : 'other';
}

function problemOf(error: unknown): unknown {
  const { message = '' } = error instanceof Error ? error : {};
  if (!/tar header|Unexpected end of data|Invalid tar/i.test(message)) return error;
  return refusedFile(
    'It is not a TAR archive that can be read. A compressed one (tar.gz) is not accepted',
    error,
  );
}
