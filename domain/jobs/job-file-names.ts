/** Names of a job's files in the jobs bucket. Numbers are padded, so that S3 lists files in the order of the work. */
import { shortLivedPrefix } from './short-lived-prefix.ts';

/** @param planner tells parts of two planners apart that make the same plan: a worker reads what its manifest says */
export const partFileKey = (company: string, jobId: string, level: number, part: number, planner: string) =>
  `${shortLivedPrefix}${company}/${jobId}/plan/${pad(level, 3)}/${pad(part, 7)}${planner}.json`;

export const manifestKey = (company: string, jobId: string, level: number) =>
  `${shortLivedPrefix}${company}/${jobId}/plan/level-${level}.jsonl`;

/** What the Distributed Map of a level writes about its children. */
export const mapResultsPrefix = (company: string, jobId: string, level: number) =>
  `${shortLivedPrefix}${company}/${jobId}/map/${level}`;

export const roundsPrefix = (company: string, jobId: string) =>
  `${shortLivedPrefix}${company}/${jobId}/plan/rounds/`;

export const logPrefix = (company: string, jobId: string) => `${company}/${jobId}/log/`;

/** The ids that a job is for, where they were listed. */
export const scopeKey = (company: string, jobId: string) =>
  `${shortLivedPrefix}${company}/${jobId}/plan/scope.json`;

export const beginFile = 'begin.jsonl';

export const endFile = 'end.jsonl';

/** Notices come after the end, in the order of their names. */
export const noticeFolder = 'notify/';

/** Below the job's `log/`: the files with the first and the last line. */
export const logFiles = { begin: beginFile, end: endFile } as const;

export const partLogFile = (level: number, part: number) => `${pad(level, 3)}/${pad(part, 7)}.jsonl`;

/** @returns undefined for a file that is not one of a part */
export function partOfLogFile(file: string): { level: number; part: number } | undefined {
  const [, level, part] = /^(\d{3})\/(\d{7})\.jsonl$/.exec(file) ?? [];
  return level === undefined || part === undefined ? undefined : { level: Number(level), part: Number(part) };
}

export function pad(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}

export const roundKey = (company: string, jobId: string, round: number) =>
  `${roundsPrefix(company, jobId)}${pad(round, 5)}.jsonl`;
