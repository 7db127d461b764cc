/**
 * Plans a job repeatedly with the handler of the function, and prints a line of JSON: the duration of each plan
 * (milliseconds) and the peak memory of the process (bytes). It runs in its own process, so that only the plan uses this
 * memory. The first plan loads and compiles the code and is not counted.
 */
import { readFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';
import { handler } from '../../functions/plan-job/handler.ts';

const [event = '{}', times = '1'] = process.argv.slice(2);
const context = { getRemainingTimeInMillis: () => 900_000 } as Context;
const took: number[] = [];
for (let time = 0; time <= Number(times); time += 1) {
  const begun = performance.now();
  await handler(JSON.parse(event), context);
  if (time > 0) took.push(performance.now() - begun);
}
console.log(JSON.stringify({ took, peak: peak() }));

/** Linux reports the peak of this program only; `resourceUsage` includes the process that started it. */
function peak(): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('/proc/self/status has no peak of the memory (VmHWM)');
  return Number(kilobytes) * 1_024;
}
