import { ulidDigits } from '../ulid-digits.ts';

/**
 * The id of the job that a schedule starts at a scheduled time. It depends only on schedule and time, so that duplicate
 * start events create only one job. It is a ULID of that time, with a hash instead of random bits.
 * @param due ISO 8601
 * @param sha256 digest of a text, in hex
 */
export function scheduledRunId(scheduleId: string, due: string, sha256: (text: string) => string): string {
  const instant = new Date(due);
  const time = ulidDigits(BigInt(instant.getTime()), 10);
  const hash = BigInt(`0x${sha256(`${scheduleId}#${instant.toISOString()}`).slice(0, 20)}`);
  return time + ulidDigits(hash, 16);
}
