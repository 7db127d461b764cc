import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withoutCode } from './baseline.ts';
import { sharedSynthesis, stackNames } from './synth.ts';

/** The snapshot shows the resources, their settings and permissions. Renew it with `npx vitest run --project infra -u`, and read what changed. */
it.each(stackNames)('the %s stack is as it was', async (name) => {
  const template = withoutCode(sharedSynthesis().templates[name]);
  await expect(`${JSON.stringify(template, null, 2)}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, 'snapshots', `${name}.snap`),
  );
});
