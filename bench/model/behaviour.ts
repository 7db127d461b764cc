/**
 * How S3, DynamoDB, Lambda and Step Functions behave in the model: what AWS documents, and where AWS states no number, an
 * assumption. Every result names these values. The stubs and the event simulation share them.
 */
import { seededRandom } from '../support/statistics.ts';

/** Milliseconds of a call: log-normal around its median, cut at both ends. */
export interface Latency {
  readonly median: number;
  /** Standard deviation of the logarithm. */
  readonly spread: number;
  readonly min: number;
  readonly max: number;
}

export const behaviour = {
  s3: {
    /** "Consistent latencies for small object sizes are often around 100–200 milliseconds." (S3 user guide, performance) */
    copy: { median: 105, spread: 0.3, min: 60, max: 200 },
    /** Assumed: a quarter of a copy. */
    small: { median: 28, spread: 0.35, min: 12, max: 120 },
    /** Assumed: a page of 1,000 keys. */
    list: { median: 100, spread: 0.3, min: 60, max: 250 },
    refusal: { median: 15, spread: 0.3, min: 5, max: 60 },
    /** "At least 3,500 PUT/COPY/POST/DELETE or 5,500 GET/HEAD requests per second per partitioned Amazon S3 prefix." */
    writesPerSecond: 3_500,
    readsPerSecond: 5_500,
    /** Assumed: AWS says that scaling "happens gradually and is not instantaneous". */
    secondsUntilSplit: 300,
  },
  dynamodb: {
    /** "Single-digit millisecond". */
    single: { median: 5, spread: 0.3, min: 2, max: 30 },
    /** Assumed: a call of 25 items. */
    batch: { median: 12, spread: 0.3, min: 6, max: 60 },
    /** "1,000 write units and 3,000 read units per second" of a partition. */
    writeUnitsPerSecond: 1_000,
    readUnitsPerSecond: 3_000,
    /** Partitions of the table, and of the pending index: one for each of its 16 shards. */
    partitions: 16,
  },
  lambda: {
    /** Default of an account that is not new. */
    concurrency: 1_000,
    /** "At 1,769 MB, a function has the equivalent of one vCPU." */
    megabytesOfVcpu: 1_769,
    /** Assumed: from the state machine to the handler and back, in a warm environment. */
    call: { median: 25, spread: 0.4, min: 10, max: 150 },
  },
  states: {
    /**
     * Not part of any measurement here: seconds of a Distributed Map of 100 items without work, most of them after its last
     * child has ended, as a user of AWS reports. https://repost.aws/questions/QUn5oKgcnjRTemt39V9hdtyw
     */
    reportedMapSeconds: 7,
  },
} as const;

/** The part of a vCPU that Lambda gives a function. More than one does not help a single thread. */
export function cpuShare(megabytes: number): number {
  return Math.min(1, megabytes / behaviour.lambda.megabytesOfVcpu);
}

/** Tokens of a limit are refilled so smoothly: a burst of a tenth of a second passes. */
const burstSeconds = 0.1;

/** Draws a latency. @returns milliseconds */
export function drawLatency({ median, spread, min, max }: Latency, random: () => number): number {
  // Box and Muller.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(max, Math.max(min, median * Math.exp(spread * normal)));
}

/** Latencies of one process, the same on every start. */
export function latencySource(seed: number): (latency: Latency) => number {
  const random = seededRandom(seed);
  return (latency) => drawLatency(latency, random);
}

export interface RateLimit {
  /** Takes units at a moment (seconds). @returns false if that is too many */
  take(now: number, units?: number): boolean;
}

/** A token bucket. */
export function rateLimit(perSecond: number): RateLimit {
  const capacity = Math.max(1, perSecond * burstSeconds);
  let tokens = capacity;
  let last = 0;
  return {
    take(now, units = 1) {
      tokens = Math.min(capacity, tokens + Math.max(0, now - last) * perSecond);
      last = Math.max(last, now);
      if (tokens < units) return false;
      tokens -= units;
      return true;
    },
  };
}

interface Partition {
  /** The first key of its range; it ends where the next partition begins. */
  readonly from: string;
  readonly limit: RateLimit;
  /** Seconds. Since when it refuses requests again and again. */
  busySince: number | undefined;
  lastRefusal: number;
  /** A sample of the keys, to find the middle. */
  readonly keys: string[];
}

/** Keys of a sample, which replace each other. */
const sampleKeys = 1_001;

/** Seconds without a refusal after which a partition is not busy any more. */
const calmAfter = 10;

/** The writes of a bucket: key ranges with a limit each. A range that is busy for long is split in the middle of its keys. */
export function prefixLimits(perSecond: number, secondsUntilSplit: number) {
  let partitions: Partition[] = [partition('')];
  let seen = 0;

  return {
    /** @returns false if the partition of the key is at its limit */
    take(key: string, now: number): boolean {
      const index = partitions.findLastIndex(({ from }) => from <= key);
      const found = partitions[index] as Partition;
      found.keys[seen++ % sampleKeys] = key;
      if (found.busySince !== undefined && now - found.lastRefusal > calmAfter) found.busySince = undefined;
      if (found.busySince !== undefined && now - found.busySince >= secondsUntilSplit) {
        const middle = found.keys.filter(Boolean).sort()[Math.floor(found.keys.filter(Boolean).length / 2)];
        if (middle !== undefined && middle > found.from)
          partitions = [
            ...partitions.slice(0, index),
            partition(found.from),
            partition(middle),
            ...partitions.slice(index + 1),
          ];
        return this.take(key, now);
      }
      if (found.limit.take(now)) return true;
      found.busySince ??= now;
      found.lastRefusal = now;
      return false;
    },
    get count(): number {
      return partitions.length;
    },
  };

  function partition(from: string): Partition {
    return {
      from,
      limit: rateLimit(perSecond),
      busySince: undefined,
      lastRefusal: Number.NEGATIVE_INFINITY,
      keys: [],
    };
  }
}

/** Partitions of tables and indexes by name, each with its own limit. */
export function partitionLimits(perSecond: number) {
  const limits = new Map<string, RateLimit>();
  return {
    /** @returns false if the partition is at its limit */
    take(name: string, now: number, units: number): boolean {
      const limit = limits.get(name) ?? rateLimit(perSecond);
      limits.set(name, limit);
      return limit.take(now, units);
    },
  };
}
