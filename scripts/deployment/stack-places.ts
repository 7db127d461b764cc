import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, Stack, Token } from 'aws-cdk-lib';
import { makePressroom } from '../../infra/pressroom.ts';

/** A stack of the app, and the region that it is deployed to; none for that of the credentials. */
export interface StackPlace {
  readonly name: string;
  readonly region: string | undefined;
}

/** Settings that add a stack, each with a valid value: without its setting the app has no such stack. */
export const settingsWithStacks = { maxRequestsPerAddress: '2000', site: 'on' } as const;

/**
 * The stacks of an installation.
 * @param settings as they are given
 * @returns `former`: stacks that only other settings add; an earlier deployment may have left them
 */
export function stackPlaces(
  settings: Readonly<Record<string, unknown>>,
  target: Environment = {},
): { readonly stacks: readonly StackPlace[]; readonly former: readonly StackPlace[] } {
  const stacks = placesIn(settings, target);
  const names = new Set(stacks.map(({ name }) => name));
  const all = placesIn({ ...settingsWithStacks, ...settings }, target);
  return { stacks, former: all.filter(({ name }) => !names.has(name)) };
}

function placesIn(context: Readonly<Record<string, unknown>>, target: Environment): StackPlace[] {
  // The app writes the bundles of its functions when it is made.
  const outdir = mkdtempSync(join(tmpdir(), 'pressroom-stacks-'));
  try {
    return makePressroom({ context, outdir }, target)
      .node.findAll()
      .filter((construct) => Stack.isStack(construct))
      .map(({ stackName, region }) => ({
        name: stackName,
        region: Token.isUnresolved(region) ? undefined : region,
      }));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
