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
  /** Entries that are not copied yet. */
  left: number;
  /** Copies under way. */
  copying: number;
  /** Copied and not recorded yet. */
  copied: number;
  /** Batches of records under way. */
  recording: number;
  /** Copies without a refusal since the concurrency was changed. */
  clean: number;
  concurrency: ReturnType<typeof fullConcurrency>;
  /** What was refused since the pass began. */
  refusals: number;
  done: number;
  fruitless: number;
  isPausing: boolean;
  /** When its CPU is free. */
  cpuFree: number;
}

/** Records of a call (batched-changes.ts). */
const recordsOfCall = 25;

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
      copying: 0,
      copied: 0,
      recording: 0,
      clean: 0,
      concurrency: fullConcurrency(copiesAtATime),
      refusals: 0,
      done: 0,
      fruitless: 0,
      isPausing: false,
      cpuFree: 0,
    };
    // The part's file, the job, the settings, the first records.
    events.add(
      now + draw(lambda.call) + draw(s3.small) + 2 * draw(dynamodb.single) + draw(dynamodb.batch),
      (at) => goOn(at, worker),
    );
  }

  /** Begins copies while there is room; ends the pass after a refusal, and the part after its last record. */
  function goOn(now: number, worker: Worker): void {
    if (worker.isPausing) return;
    while (worker.left > 0 && worker.copying < worker.concurrency.current && worker.refusals === 0) {
      worker.left -= 1;
      worker.copying += 1;
      worker.cpuFree = Math.max(now, worker.cpuFree) + cpu;
      events.add(worker.cpuFree, (at) => copy(at, worker));
    }
    const isLast = worker.copying === 0;
    if (worker.copied >= recordsOfCall || (isLast && worker.copied > 0)) {
      record(now, worker, Math.min(recordsOfCall, worker.copied));
    }
    if (!isLast || worker.recording > 0) return;
    if (worker.left === 0) endPart(now, worker);
    else if (worker.refusals > 0) pause(now, worker);
  }

  function copy(at: number, worker: Worker): void {
    const isTaken = prefix.take(randomKey(), at);
    if (!isTaken) refused.s3 += 1;
    events.add(at + draw(isTaken ? s3.copy : s3.refusal), (then) => {
      worker.copying -= 1;
      if (isTaken) {
        worker.copied += 1;
        worker.clean += 1;
        if (worker.clean >= worker.concurrency.current && worker.refusals === 0) {
          worker.concurrency = increaseConcurrency(worker.concurrency);
          worker.clean = 0;
        }
      } else giveBack(worker, 1);
      goOn(then, worker);
    });
  }

  /** Records, with history, in a call; what a partition refuses is left for the next pass. */
  function record(now: number, worker: Worker, entries: number): void {
    worker.copied -= entries;
    worker.recording += 1;
    let throttled = 0;
    for (let entry = 0; entry < entries; entry += 1) {
      shard = (shard + 1) % dynamodb.partitions;
      const table = `table ${Math.floor(random() * given.partitionsOfTable)}`;
      if (!partitions.take(table, now, 2) || !partitions.take(`index ${shard}`, now, 1)) throttled += 1;
    }
    refused.dynamodb += throttled;
    worker.done += entries - throttled;
    if (throttled > 0) giveBack(worker, throttled);
    events.add(now + draw(dynamodb.batch), (at) => {
      worker.recording -= 1;
      goOn(at, worker);
    });
  }

  function giveBack(worker: Worker, entries: number): void {
    worker.left += entries;
    worker.refusals += entries;
  }

  function pause(now: number, worker: Worker): void {
    worker.fruitless = worker.done > 0 ? 0 : worker.fruitless + 1;
    worker.concurrency = decreaseConcurrency(worker.concurrency);
    worker.clean = 0;
    worker.isPausing = true;
    const delay = backoffDelay(worker.fruitless, random()) / 1_000;
    // The status of the job, and the records of what is left.
    events.add(now + delay + draw(dynamodb.single) + draw(dynamodb.batch), (at) => {
      worker.isPausing = false;
      worker.refusals = 0;
      worker.done = 0;
      goOn(at, worker);
    });
  }

  function endPart(now: number, worker: Worker): void {
    // The log, the history that is left, the counts.
    events.add(now + draw(s3.small) + draw(dynamodb.batch) + draw(dynamodb.single), (at) => {
      running -= 1;
      busySeconds += at - worker.begun;
      nextPart(at);
    });
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
