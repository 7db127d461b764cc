/** `<company>/<job id>/<file number>`: the key in the upload bucket that a client sends a file to. @param file from 1 */
export function stagedKey(company: string, jobId: string, file: number): string {
  return `${company}/${jobId}/${file}`;
}

/** Reads a key of {@link stagedKey}. @returns undefined for other keys */
export function readStagedKey(key: string): { company: string; jobId: string; file: number } | undefined {
  const match = /^([^/]+)\/([0-9A-Z]{26})\/([1-9][0-9]{0,5})$/.exec(key);
  const [, company, jobId, file] = match ?? [];
  if (company === undefined || jobId === undefined || file === undefined) return undefined;
  return { company, jobId, file: Number(file) };
}
