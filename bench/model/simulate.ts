/**
 * Event simulation of a job's parts: workers, copies, batches of writes, limits and refusals of behaviour.ts, with the CPU
 * that the stubs measured. It takes seconds for what the stubs need hours for. Compared with them at the sizes of both.
 */
import {
  backoffDelay,
  decreaseConcurrency,
  fullConcurrency,
  increaseConcurrency,
} from '../../domain/jobs/adaptive-concurrency.ts';
import { seededRandom } from '../support/statistics.ts';
import { behaviour, cpuShare, drawLatency, partitionLimits, prefixLimits } from './behaviour.ts';

export interface Simulated {
  readonly assets: number;
  /** Parts that run at the same time, and what Lambda allows. */
  readonly partConcurrency: number;
  readonly lambdaConcurrency: number;
  readonly partEntries: number;
  readonly copiesAtATime: number;
  readonly megabytes: number;
  readonly cpuMillisecondsPerAsset: number;
  /** Measured: seconds to plan, for each asset. */
  readonly planSecondsPerAsset: number;
  readonly partitionsOfTable: number;
  readonly secondsUntilSplit: number;
  readonly seed: number;
}

export interface SimulationResult {
  readonly seconds: number;
  readonly assetsPerSecond: number;
  readonly refused: { readonly s3: number; readonly dynamodb: number; readonly lambda: number };
  /** Of publish-part. */
  readonly gigabyteSeconds: number;
  /** Partitions of the prefix at the end. */
  readonly prefixPartitions: number;
}

/** Retrier of Publish Part for refusals, in publish-job.asl.json. */
const retrier = { interval: 2, maxDelay: 20, maxAttempts: 8 } as const;

interface Worker {
  readonly begun: number;
  /** Entries of its part that are not in a chunk yet. */
  left: number;
  /** Entries of the chunk that are not recorded yet. */
  open: number;
  concurrency: ReturnType<typeof fullConcurrency>;
  fruitless: number;
  /** When its CPU is free. */
  cpuFree: number;
}

export function simulateJob(given: Simulated): SimulationResult {
  const { assets, partEntries, copiesAtATime, cpuMillisecondsPerAsset, megabytes } = given;
  const random = seededRandom(given.seed);
  const draw = (latency: Parameters<typeof drawLatency>[0]) => drawLatency(latency, random) / 1_000;
  const { s3, dynamodb, lambda } = behaviour;
  const cpu = cpuMillisecondsPerAsset / 1_000 / cpuShare(megabytes);
  const prefix = prefixLimits(s3.writesPerSecond, given.secondsUntilSplit);
  const partitions = partitionLimits(dynamodb.writeUnitsPerSecond);
  const refused = { s3: 0, dynamodb: 0, lambda: 0 };
  const events = eventQueue();
  let parts = Math.ceil(assets / partEntries);
  let lastPart = assets - (parts - 1) * partEntries;
  let running = 0;
  let busySeconds = 0;
  let shard = 0;
  let end = 0;

  const planned = assets * given.planSecondsPerAsset;
  for (let worker = 0; worker < Math.min(given.partConcurrency, parts); worker += 1)
    events.add(planned, (now) => nextPart(now));
  for (let event = events.next(); event; event = events.next()) {
    end = event.at;
    event.run(event.at);
  }
  return {
    seconds: end,
    assetsPerSecond: assets / end,
    refused,
    gigabyteSeconds: (busySeconds * megabytes) / 1_024,
    prefixPartitions: prefix.count,
  };

  function nextPart(now: number): void {
    if (parts === 0) return;
    parts -= 1;
    const entries = lastPart;
    lastPart = partEntries;
    invoke(now, entries, 0);
  }

  /** Step Functions calls the function; Lambda refuses above its limit, and the call is repeated. */
  function invoke(now: number, entries: number, attempt: number): void {
    if (running >= given.lambdaConcurrency) {
      refused.lambda += 1;
      // After the last attempt the part waits for the next pass: about a minute later.
      const delay =
        attempt < retrier.maxAttempts
          ? random() * Math.min(retrier.maxDelay, retrier.interval * 2 ** attempt)
          : 60 * random();
      events.add(now + delay, (at) => invoke(at, entries, attempt < retrier.maxAttempts ? attempt + 1 : 0));
      return;
    }
    running += 1;
    const worker: Worker = {
      begun: now,
      left: entries,
      open: 0,
      concurrency: fullConcurrency(copiesAtATime),
      fruitless: 0,
      cpuFree: 0,
    };
    // The part's file, the job, the settings.
    events.add(now + draw(lambda.call) + draw(s3.small) + 2 * draw(dynamodb.single), (at) =>
      nextChunk(at, worker),
    );
  }

  function nextChunk(now: number, worker: Worker): void {
    if (worker.left === 0) {
      // The log, the history that is left, the counts.
      events.add(now + draw(s3.small) + draw(dynamodb.batch) + draw(dynamodb.single), (at) => {
        running -= 1;
        busySeconds += at - worker.begun;
        nextPart(at);
      });
      return;
    }
    worker.open = Math.min(copiesAtATime, worker.left);
    worker.left -= worker.open;
    events.add(now + draw(dynamodb.batch), (at) => pass(at, worker, worker.open, true));
  }

  /** Copies the entries of a chunk, as many at the same time as the worker's concurrency. */
  function pass(now: number, worker: Worker, entries: number, isFirst: boolean): void {
    let begun = 0;
    let inFlight = 0;
    let copied = 0;
    let isRefused = false;
    const fill = (at: number) => {
      while (begun < entries && inFlight < worker.concurrency.current && !isRefused) {
        begun += 1;
        inFlight += 1;
        worker.cpuFree = Math.max(at, worker.cpuFree) + cpu;
        events.add(worker.cpuFree, copy);
      }
      if (inFlight === 0) record(at, worker, entries, copied, isRefused, isFirst);
    };
    const copy = (at: number) => {
      if (prefix.take(randomKey(), at)) {
        events.add(at + draw(s3.copy), (then) => {
          inFlight -= 1;
          copied += 1;
          fill(then);
        });
        return;
      }
      refused.s3 += 1;
      events.add(at + draw(s3.refusal), (then) => {
        inFlight -= 1;
        isRefused = true;
        fill(then);
      });
    };
    fill(now);
  }

  /** Records and history in batches; what a partition refuses is left for the next pass. */
  function record(
    now: number,
    worker: Worker,
    entries: number,
    copied: number,
    wasRefused: boolean,
    isFirst: boolean,
  ): void {
    let throttled = 0;
    for (let entry = 0; entry < copied; entry += 1) {
      shard = (shard + 1) % dynamodb.partitions;
      const table = `table ${Math.floor(random() * given.partitionsOfTable)}`;
      if (!partitions.take(table, now, 2) || !partitions.take(`index ${shard}`, now, 1)) throttled += 1;
    }
    refused.dynamodb += throttled;
    const left = entries - copied + throttled;
    const isSlowed = wasRefused || throttled > 0;
    worker.fruitless = left < entries ? 0 : worker.fruitless + 1;
    let delay = 2 * draw(dynamodb.batch) + draw(dynamodb.single);
    if (isSlowed) {
      worker.concurrency = decreaseConcurrency(worker.concurrency);
      delay += backoffDelay(worker.fruitless, random()) / 1_000;
    } else if (isFirst) worker.concurrency = increaseConcurrency(worker.concurrency);
    events.add(now + delay, (at) => (left > 0 ? pass(at, worker, left, false) : nextChunk(at, worker)));
  }

  function randomKey(): string {
    return `image-${String(Math.floor(random() * 1e8)).padStart(8, '0')}`;
  }
}

interface Event {
  readonly at: number;
  readonly run: (now: number) => void;
}

/** A binary heap: the earliest event first. */
function eventQueue() {
  const heap: Event[] = [];
  return {
    add(at: number, run: Event['run']): void {
      const event = { at, run };
      let index = heap.push(event) - 1;
      for (;;) {
        const parent = (index - 1) >> 1;
        const above = heap[parent];
        if (index === 0 || !above || above.at <= at) break;
        heap[index] = above;
        index = parent;
      }
      heap[index] = event;
    },
    next(): Event | undefined {
      const first = heap[0];
      const last = heap.pop();
      if (!last || heap.length === 0) return first;
      let index = 0;
      for (;;) {
        let child = 2 * index + 1;
        const [left, right] = [heap[child], heap[child + 1]];
        if (!left) break;
        const smaller = right && right.at < left.at ? right : left;
        if (smaller === right) child += 1;
        if (smaller.at >= last.at) break;
        heap[index] = smaller;
        index = child;
      }
      heap[index] = last;
      return first;
    },
  };
}
