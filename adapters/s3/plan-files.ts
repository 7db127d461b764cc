/**
 * The plan of a publish job in the jobs bucket: its scope, its parts, and the manifests that the Distributed Maps read.
 * Numbers are padded, so that S3 lists the files in the order of the work.
 */
import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  manifestKey,
  partFileKey,
  refusedPartsKey,
  roundKey,
  scopeKey,
  shortLivedPrefix,
} from '../../domain/jobs/job-file-names.ts';
import { splitLines, toJsonLines } from '../../domain/jobs/json-lines.ts';
import type { PlanEntry } from '../../domain/jobs/part.ts';
import { inSpreadOrder } from '../../domain/jobs/spread-order.ts';
import { textObjects } from './text-objects.ts';

/** A line of a manifest: one part, and the input of publish-part. */
export interface ManifestLine {
  readonly company: string;
  readonly jobId: string;
  readonly level: number;
  readonly part: number;
  /** Key of the part's file. */
  readonly key: string;
}

export interface PlanFiles {
  writePart(line: Omit<ManifestLine, 'key'>, entries: readonly PlanEntry[]): Promise<ManifestLine>;
  readPart(key: string): Promise<PlanEntry[]>;
  /**
   * Stores the result of one round of planning. If several planners make the same round, the first result counts.
   * @param end the position of the planner after the round
   * @returns the end of the round that counts
   */
  writeRound<End extends object>(
    company: string,
    jobId: string,
    round: number,
    lines: readonly ManifestLine[],
    end: End,
  ): Promise<End>;
  /** The parts of one round. */
  readRound(company: string, jobId: string, round: number): Promise<ManifestLine[]>;
  /**
   * Ends a plan and writes the manifest of each level from its rounds. The first call decides the number of rounds;
   * repeating it writes the same manifests.
   * @returns the levels that have parts, in order
   */
  writeManifests(company: string, jobId: string, rounds: number): Promise<number[]>;
  /**
   * Writes the manifest of another pass of a level's map.
   * @param pass from 2
   * @returns its key
   */
  writeRefusedParts(
    company: string,
    jobId: string,
    level: number,
    pass: number,
    lines: readonly ManifestLine[],
  ): Promise<string>;
  /** The parts of a plan, level by level, in the order of their manifests. A plan that is not finished yet has none, and this call ends it. */
  readPlan(company: string, jobId: string): AsyncIterable<ManifestLine>;
  /** Stores the ids of the assets that a job is limited to. */
  writeScope(company: string, jobId: string, ids: readonly string[]): Promise<void>;
  readScope(company: string, jobId: string): Promise<string[]>;
}

const jsonLines = 'application/jsonl';

export function planFiles(s3: S3Client, bucket: string): PlanFiles {
  const { put, putUnchanged, get } = textObjects(s3, bucket);
  return {
    async writePart(line, entries) {
      const key = partFileKey(line.company, line.jobId, line.level, line.part, `-${randomUUID()}`);
      await put(key, JSON.stringify(entries), 'application/json');
      return { ...line, key };
    },

    async readPart(key) {
      return JSON.parse(await get(key)) as PlanEntry[];
    },

    async writeRound(company, jobId, round, lines, end) {
      const key = roundKey(company, jobId, round);
      const wrote = await putUnchanged(key, toJsonLines([...lines, end]), jsonLines, undefined);
      return wrote ? end : (JSON.parse(splitLines(await get(key)).at(-1) ?? '') as typeof end);
    },

    async readRound(company, jobId, round) {
      return (await partLines(company, jobId, round)).map((text) => JSON.parse(text) as ManifestLine);
    },

    async writeManifests(company, jobId, rounds) {
      const byLevel = await manifestLinesByLevel(company, jobId, await fixRounds(company, jobId, rounds));
      for (const [level, lines] of byLevel) {
        await put(manifestKey(company, jobId, level), `${lines.join('\n')}\n`, jsonLines);
      }
      return byLevel.map(([level]) => level);
    },

    async writeRefusedParts(company, jobId, level, pass, lines) {
      const key = refusedPartsKey(company, jobId, level, pass);
      await put(key, toJsonLines(lines), jsonLines);
      return key;
    },

    async *readPlan(company, jobId) {
      const byLevel = await manifestLinesByLevel(company, jobId, await fixRounds(company, jobId, 0));
      for (const [, lines] of byLevel) {
        for (const line of lines) yield JSON.parse(line) as ManifestLine;
      }
    },

    async writeScope(company, jobId, ids) {
      await put(scopeKey(company, jobId), JSON.stringify(ids), 'application/json');
    },

    async readScope(company, jobId) {
      return JSON.parse(await get(scopeKey(company, jobId))) as string[];
    },
  };

  async function partLines(company: string, jobId: string, round: number): Promise<string[]> {
    // The last line is the end of the round.
    return splitLines(await get(roundKey(company, jobId, round))).slice(0, -1);
  }

  /** @returns the number of rounds of the plan: the given one, unless an earlier call has decided it */
  async function fixRounds(company: string, jobId: string, rounds: number): Promise<number> {
    const key = roundsKey(company, jobId);
    if (await putUnchanged(key, JSON.stringify({ rounds }), jsonLines, undefined)) return rounds;
    return (JSON.parse(await get(key)) as { rounds: number }).rounds;
  }

  /**
   * The lines of a plan, in the order of levels, those of a level spread over the keys of S3. A level may be missing: if
   * the members of a set are live, nothing below the set is planned. Texts, not objects: the 50,000 lines of ten million assets are 7.5 MB.
   */
  async function manifestLinesByLevel(
    company: string,
    jobId: string,
    rounds: number,
  ): Promise<[number, string[]][]> {
    const byLevel = new Map<number, string[]>();
    for (let round = 0; round < rounds; round += 1) {
      for (const text of await partLines(company, jobId, round)) {
        const { level } = JSON.parse(text) as ManifestLine;
        const lines = byLevel.get(level) ?? [];
        lines.push(text);
        byLevel.set(level, lines);
      }
    }
    return [...byLevel].sort(([a], [b]) => a - b).map(([level, lines]) => [level, inSpreadOrder(lines)]);
  }
}

/** The number of rounds of the plan. Only the first write counts. */
const roundsKey = (company: string, jobId: string) =>
  `${shortLivedPrefix}${company}/${jobId}/plan/rounds.json`;
