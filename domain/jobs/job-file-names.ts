/**
 * Keys of a job's files in the jobs bucket. Numbers are padded with zeros, so that S3 lists files in the order of the
 * work.
 */

/**
 * The prefix of keys whose objects are needed only for a short time. The bucket deletes them after 30 days by prefix;
 * object tags would cost more than the objects. No company's name can begin with an underscore.
 */
export const shortLivedPrefix = '_30-days/';

/** @param planner distinguishes the parts of two planners that run for the same job; workers read those in their manifest */
export const partFileKey = (company: string, jobId: string, level: number, part: number, planner: string) =>
  `${shortLivedPrefix}${company}/${jobId}/plan/${pad(level, 3)}/${pad(part, 7)}${planner}.json`;

/** The list of a level's parts, which the Distributed Map reads. */
export const manifestKey = (company: string, jobId: string, level: number) =>
  `${shortLivedPrefix}${company}/${jobId}/plan/level-${level}.jsonl`;

/** The list of a level's parts that Lambda refused to run, for the given pass of the Distributed Map, from 2. */
export const refusedPartsKey = (company: string, jobId: string, level: number, pass: number) =>
  `${shortLivedPrefix}${company}/${jobId}/plan/level-${level}-pass-${pass}.jsonl`;

/** Where the Distributed Map of a level writes the results of its children. */
export const mapResultsPrefix = (company: string, jobId: string, level: number) =>
  `${shortLivedPrefix}${company}/${jobId}/map/${level}`;

/** Where the planner keeps the results of its rounds. */
export const roundsPrefix = (company: string, jobId: string) =>
  `${shortLivedPrefix}${company}/${jobId}/plan/rounds/`;

/** The result of one round of the planner. */
export const roundKey = (company: string, jobId: string, round: number) =>
  `${roundsPrefix(company, jobId)}${pad(round, 5)}.jsonl`;

/** The asset ids of a job whose scope is a list. */
export const scopeKey = (company: string, jobId: string) =>
  `${shortLivedPrefix}${company}/${jobId}/plan/scope.json`;

/** What an action job does, and the ids of its assets. */
export const actionListKey = (company: string, jobId: string) =>
  `${shortLivedPrefix}${company}/${jobId}/action.json`;

/** The summary of a stored plan. Its parts and rounds have the keys of a job with the plan's id. */
export const storedPlanKey = (company: string, planId: string) =>
  `${shortLivedPrefix}${company}/${planId}/plan/stored.json`;

/**
 * A file of the assets that a stored plan lists.
 * @param planner distinguishes two functions that store the same round; the summary names the one that counts
 */
export const planListKey = (company: string, planId: string, planner: string, change: string, file: number) =>
  `${shortLivedPrefix}${company}/${planId}/plan/list/${planner}/${change}/${pad(file, 6)}.jsonl`;

/** The files of a source that an upload takes. */
export const sourceListKey = (company: string, jobId: string) =>
  `${shortLivedPrefix}${company}/${jobId}/source.json`;

/** Where the log of a job is. The names below are relative to it. */
export const logPrefix = (company: string, jobId: string) => `${company}/${jobId}/log/`;

export const beginFile = 'begin.jsonl';

export const endFile = 'end.jsonl';

/** The folder of notices. They come after the end of the log, in the order of their names. */
export const noticeFolder = 'notify/';

/** The files with the first and the last entry of a log. */
export const logFiles = { begin: beginFile, end: endFile } as const;

/** The log of one part, relative to {@link logPrefix}. */
export const partLogFile = (level: number, part: number) => `${pad(level, 3)}/${pad(part, 7)}.jsonl`;

/** Reads the name that {@link partLogFile} gives. @returns undefined for other files */
export function partOfLogFile(file: string): { level: number; part: number } | undefined {
  const [, level, part] = /^(\d{3})\/(\d{7})\.jsonl$/.exec(file) ?? [];
  return level === undefined || part === undefined ? undefined : { level: Number(level), part: Number(part) };
}

/** A number with leading zeros. */
export function pad(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
