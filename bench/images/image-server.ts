/** What both image servers do for the bench, each in a process of its own: they make images and report what it cost. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { serveParent } from '../support/child-process.ts';

/** A request for an image. */
export interface ImageRequest {
  /** In the folder of the pictures. */
  readonly file: string;
  /** Our query, or the modifiers of ipx. */
  readonly command: string;
}

export interface Load extends ImageRequest {
  readonly requests: number;
  /** Requests at the same time. */
  readonly concurrency: number;
}

export interface Encoding {
  /** A picture without loss. */
  readonly file: string;
  readonly format: 'jpeg' | 'avif' | 'webp';
  readonly quality: number;
}

export interface Encoded {
  /** Base64. */
  readonly file: string;
  /** Milliseconds of CPU. */
  readonly cpu: number;
}

interface ImageServer {
  make(request: ImageRequest): Promise<Uint8Array>;
  encode(encoding: Encoding): Promise<Uint8Array>;
}

/** The calls that the bench makes. */
export function serveImages(server: ImageServer): void {
  serveParent({
    async make(request: ImageRequest): Promise<string> {
      return Buffer.from(await server.make(request)).toString('base64');
    },
    /** Milliseconds of CPU a request, of all threads. */
    async load({ requests, concurrency, ...request }: Load): Promise<number> {
      const before = process.cpuUsage();
      let next = 0;
      const work = async () => {
        while (next < requests) {
          next += 1;
          await server.make(request);
        }
      };
      await Promise.all(Array.from({ length: concurrency }, work));
      return milliseconds(process.cpuUsage(before)) / requests;
    },
    async encode(encoding: Encoding): Promise<Encoded> {
      const before = process.cpuUsage();
      const file = await server.encode(encoding);
      const cpu = milliseconds(process.cpuUsage(before));
      return { file: Buffer.from(file).toString('base64'), cpu };
    },
    /** The share of a request's CPU time that one thread used, so that no second processor could have taken it. */
    async serialShare(request: ImageRequest): Promise<number> {
      const before = threadTimes();
      await server.make(request);
      const used = [...threadTimes()].map(([id, time]) => time - (before.get(id) ?? 0));
      return Math.max(...used) / used.reduce((sum, time) => sum + time, 0);
    },
    /** Megabytes: the largest resident memory since the last call. */
    peakMemory(): number {
      const status = readFileSync('/proc/self/status', 'utf8');
      writeFileSync('/proc/self/clear_refs', '5');
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1_024;
    },
  });
}

const milliseconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1_000;

/** Nanoseconds of CPU of each thread of this process, as Linux counts them. */
function threadTimes(): Map<string, number> {
  const times = new Map<string, number>();
  for (const id of readdirSync('/proc/self/task')) {
    times.set(id, Number(readFileSync(`/proc/self/task/${id}/schedstat`, 'utf8').split(' ')[0]));
  }
  return times;
}
