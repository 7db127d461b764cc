import type { ArchiveBytes } from './archive.ts';

/** Bytes that are read at once, and blocks that are kept: entries are small, and lie side by side. */
const blockBytes = 4 * 1024 ** 2;
const maxBlocks = 12;

/** Reads of any size from blocks, of which the latest are kept. */
export function blockReader({ bytes, read }: ArchiveBytes): ArchiveBytes {
  const blocks = new Map<number, Promise<Uint8Array>>();

  function blockAt(index: number): Promise<Uint8Array> {
    const known = blocks.get(index);
    blocks.delete(index);
    const first = index * blockBytes;
    const block = known ?? read(first, Math.min(blockBytes, bytes - first));
    blocks.set(index, block);
    // A read that failed is not kept.
    block.catch(() => blocks.delete(index));
    const [oldest] = blocks.keys();
    if (blocks.size > maxBlocks && oldest !== undefined) blocks.delete(oldest);
    return block;
  }

  return {
    bytes,
    async read(first, length) {
      const end = Math.min(first + length, bytes);
      const parts: Uint8Array[] = [];
      for (let at = first; at < end; ) {
        const index = Math.floor(at / blockBytes);
        const from = at - index * blockBytes;
        const part = (await blockAt(index)).subarray(from, from + end - at);
        if (part.length === 0) break;
        parts.push(part);
        at += part.length;
      }
      return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    },
  };
}
