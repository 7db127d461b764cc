/**
 * A process that plans a job again and again, by the function's own handler, and tells on a line of JSON how long each
 * time took (milliseconds) and what memory the process came to (bytes). A process of its own, so that nothing but the
 * plan is in that memory; the first time loads and compiles, and is not counted.
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

/** Linux tells it of this program alone; in `resourceUsage` the process that started it has its part. */
function peak(): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('/proc/self/status does not tell the peak of the memory');
  return Number(kilobytes) * 1_024;
}
