import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sharedSynthesis, stackNames } from './synth.ts';

/**
 * What changes with every change of a handler, or has tests of its own, is taken out: the snapshot shows the resources,
 * their settings and permissions. Renew it with `npx vitest run --project infra -u`, and read what changed.
 */
function normalise(value: unknown, key?: string): unknown {
  if (key === 'S3Key') return '<asset>.zip';
  if (key === 'FunctionCode') return '<edge function>';
  if (key === 'DefinitionString') return '<statemachines/publish-job.asl.json>';
  if (Array.isArray(value)) return value.map((item) => normalise(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([name]) => name !== 'Metadata' && name !== 'CheckBootstrapVersion' && name !== 'BootstrapVersion',
      )
      .map(([name, item]) => [name, normalise(item, name)]),
  );
}

it.each(stackNames)('the %s stack is as it was', async (name) => {
  const template = normalise(sharedSynthesis().templates[name]);
  await expect(`${JSON.stringify(template, null, 2)}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, 'snapshots', `${name}.snap`),
  );
});
