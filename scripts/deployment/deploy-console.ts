import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { S3Client } from '@aws-sdk/client-s3';
import { buildConsole } from '@pressroom/console/build-console';
import { consoleConfigOf } from '@pressroom/console/console-config-of';
import { putConsole } from '@pressroom/console/put-console';
import { deployedStack, outputsOf } from './deployed-stack.ts';

/**
 * Builds the console and puts it into its bucket, with the addresses of the installation that was just deployed.
 * @param prefix of the installation
 * @returns the address of the console
 * @throws Error where a stack or an output is missing
 */
export async function deployConsole(
  prefix: string,
  { cloudFormation, s3 }: { readonly cloudFormation: CloudFormationClient; readonly s3: S3Client },
  build: () => Promise<string> = buildConsole,
): Promise<string> {
  const outputs: Record<string, string> = {};
  for (const name of ['console', 'data', 'api']) {
    const stack = await deployedStack(cloudFormation, `${prefix}-${name}`);
    if (!stack) throw new Error(`There is no stack ${prefix}-${name}: the console was not uploaded.`);
    Object.assign(outputs, outputsOf(stack));
  }
  const { ConsoleBucket, ConsoleUrl } = outputs;
  if (!ConsoleBucket || !ConsoleUrl)
    throw new Error(`The stack ${prefix}-console has no output ConsoleBucket or ConsoleUrl.`);
  await putConsole(s3, ConsoleBucket, await build(), consoleConfigOf(outputs));
  return ConsoleUrl;
}
