/** Memory and processors of the image server: how much a request needs, and what more of them would bring. */
import { type Child, startChild } from '../support/child-process.ts';
import { geometricMean, median, round } from '../support/statistics.ts';
import { comparisons, photos } from './comparison.ts';

/** glibc keeps free memory in an arena for each thread; with fewer arenas less memory stays unused. */
const arenas = ['default', '2', '1'] as const;

/** Megabytes of a function's memory at which it has one processor. Source: Lambda Developer Guide, "Configure Lambda function memory". */
const memoryOfProcessor = 1_769;

/** Sizes of a function that are compared, in MB. */
const functionSizes = [512, 1_024, 1_536, 1_769, 2_048, 3_008] as const;

export interface Memory {
  /** Megabytes of resident memory, by MALLOC_ARENA_MAX. */
  readonly peaks: readonly {
    readonly command: string;
    readonly photo: string;
    readonly megabytes: Readonly<Record<string, number>>;
  }[];
  /** After all commands, twice, four at the same time. */
  readonly mixed: Readonly<Record<string, number>>;
  readonly serialShare: readonly {
    readonly command: string;
    readonly photo: string;
    readonly share: number;
    readonly cpu: number;
  }[];
  /** The time of an image in a function of this memory ÷ its time at one processor. */
  readonly bySize: readonly { readonly memory: number; readonly time: number; readonly price: number }[];
}

export async function measureMemory(file: string, folder: string): Promise<Memory> {
  const start = (arena: (typeof arenas)[number]) =>
    startChild(file, { PHOTOS: folder, ...(arena !== 'default' && { MALLOC_ARENA_MAX: arena }) });
  const peaks = [];
  for (const { photo, ours } of comparisons) {
    const megabytes: Record<string, number> = {};
    for (const arena of arenas)
      megabytes[arena] = await inChild(start(arena), (child) => peakOf(child, photo, ours));
    peaks.push({ command: ours, photo, megabytes });
  }
  const mixed: Record<string, number> = {};
  for (const arena of arenas) {
    mixed[arena] = await inChild(start(arena), async (child) => {
      for (const { photo, ours: command } of [...comparisons, ...comparisons]) {
        await child.call('load', { file: photos[photo].name, command, requests: 4, concurrency: 4 });
      }
      return round(await child.call<number>('peakMemory'), 0);
    });
  }
  const serialShare = await inChild(start('2'), async (child) => {
    const rows = [];
    for (const { photo, ours: command } of comparisons) {
      const request = { file: photos[photo].name, command };
      const shares = [];
      for (let time = 0; time < 5; time += 1) shares.push(await child.call<number>('serialShare', request));
      const cpu = await child.call<number>('load', { ...request, requests: 3, concurrency: 1 });
      rows.push({ command, photo, share: round(median(shares), 3), cpu: round(cpu, 1) });
    }
    return rows;
  });
  return { peaks, mixed, serialShare, bySize: functionSizes.map((memory) => sizeRow(memory, serialShare)) };
}

async function inChild<Result>(child: Child, work: (child: Child) => Promise<Result>): Promise<Result> {
  try {
    return await work(child);
  } finally {
    await child.stop();
  }
}

async function peakOf(child: Child, photo: keyof typeof photos, command: string): Promise<number> {
  await child.call('make', { file: photos[photo].name, command });
  return round(await child.call<number>('peakMemory'), 0);
}

/** With less than a processor, CPU time takes longer. With more, only what runs beside the busiest thread becomes faster. */
function sizeRow(memory: number, rows: Memory['serialShare']): Memory['bySize'][number] {
  const processors = memory / memoryOfProcessor;
  const time = geometricMean(rows.map(({ share }) => Math.max(1 / processors, Math.min(1, share))));
  return { memory, time: round(time, 3), price: round(time * processors, 3) };
}
