/** The behaviour that the model of AWS gives its stubs and its simulation. */
import { describe, expect, it } from 'vitest';
import {
  behaviour,
  cpuShare,
  latencySource,
  partitionLimits,
  prefixLimits,
  rateLimit,
} from '../../bench/model/behaviour.ts';
import { type Simulated, simulateJob } from '../../bench/model/simulate.ts';

const { s3, dynamodb } = behaviour;

/** Requests that pass in some seconds, of 10,000 that are sent in each. */
function passed(seconds: number, take: (now: number, index: number) => boolean): number {
  let count = 0;
  for (let index = 0; index < seconds * 10_000; index += 1) if (take(index / 10_000, index)) count += 1;
  return count;
}

describe('a limit', () => {
  it('lets its rate pass, and a burst of a tenth of a second', () => {
    const limit = rateLimit(3_500);
    expect(passed(10, (now) => limit.take(now))).toBeCloseTo(35_350, -2);
  });

  it('of a partition is its own', () => {
    const limits = partitionLimits(dynamodb.writeUnitsPerSecond);
    const one = passed(5, (now) => limits.take('index 0', now, 1));
    expect(one).toBeCloseTo(5_100, -2);
    expect(passed(5, (now, index) => limits.take(`index ${1 + (index % 4)}`, now, 1))).toBeCloseTo(
      20_400,
      -3,
    );
  });
});

describe('a busy prefix', () => {
  const keyOf = (index: number) => String((index * 7_919) % 100_000).padStart(5, '0');

  it('is split after five minutes, and then takes twice as much', () => {
    const limits = prefixLimits(100, s3.secondsUntilSplit);
    let index = 0;
    const during = (from: number, to: number) => {
      let count = 0;
      for (let now = from; now < to; now += 0.002) if (limits.take(keyOf(index++), now)) count += 1;
      return count / (to - from);
    };
    expect(during(0, 290)).toBeCloseTo(100, 0);
    expect(limits.count).toBe(1);
    during(290, 310);
    expect(limits.count).toBe(2);
    expect(during(310, 400)).toBeGreaterThan(180);
  });

  it('stays whole while it refuses nothing', () => {
    const limits = prefixLimits(100, s3.secondsUntilSplit);
    for (let now = 0; now < 400; now += 0.02)
      expect(limits.take(keyOf(Math.round(now * 50)), now)).toBe(true);
    expect(limits.count).toBe(1);
  });
});

describe('latencies', () => {
  it('are the same for the same seed, and within their bounds', () => {
    const [one, same, other] = [1, 1, 2].map((seed) => {
      const draw = latencySource(seed);
      return Array.from({ length: 5_000 }, () => draw(s3.copy));
    });
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
    const sorted = [...(one ?? [])].sort((a, b) => a - b);
    expect(sorted[0]).toBeGreaterThanOrEqual(60);
    expect(sorted.at(-1)).toBeLessThanOrEqual(200);
    expect(sorted[2_500]).toBeCloseTo(s3.copy.median, -1);
  });
});

it('512 MB of Lambda are 0.29 of a vCPU, and a single thread has at most one', () => {
  expect(cpuShare(512)).toBeCloseTo(0.29, 2);
  expect(cpuShare(10_240)).toBe(1);
});

describe('a simulated job', () => {
  const given: Simulated = {
    assets: 50_000,
    partConcurrency: 40,
    lambdaConcurrency: 1_000,
    partEntries: 200,
    copiesAtATime: 50,
    megabytes: 1_024,
    cpuMillisecondsPerAsset: 1,
    planSecondsPerAsset: 0,
    partitionsOfTable: 16,
    secondsUntilSplit: 300,
    seed: 1,
  };

  it('is the same for the same seed', () => {
    expect(simulateJob(given)).toEqual(simulateJob(given));
  });

  it('never publishes more than the prefix takes', () => {
    const { assetsPerSecond, refused } = simulateJob(given);
    expect(assetsPerSecond).toBeGreaterThan(2_500);
    expect(assetsPerSecond).toBeLessThan(s3.writesPerSecond * 1.02);
    expect(refused.s3).toBeGreaterThan(0);
  });

  it('is limited by a new table of four partitions', () => {
    const { assetsPerSecond, refused } = simulateJob({ ...given, partitionsOfTable: 4 });
    // Two write units for each asset in the table.
    expect(assetsPerSecond).toBeLessThan((4 * dynamodb.writeUnitsPerSecond) / 2 + 50);
    expect(refused.dynamodb).toBeGreaterThan(0);
  });

  it('ends in an account of 10 executions, after many refusals', () => {
    const { seconds, refused } = simulateJob({ ...given, lambdaConcurrency: 10 });
    expect(refused.lambda).toBeGreaterThan(100);
    expect(seconds).toBeLessThan(600);
  });

  it('waits for the CPU of its functions', () => {
    const slow = simulateJob({ ...given, cpuMillisecondsPerAsset: 10 });
    // 40 functions, each with 0.58 of a vCPU.
    expect(slow.assetsPerSecond).toBeLessThan((40 * cpuShare(1_024)) / 0.01);
  });
});
