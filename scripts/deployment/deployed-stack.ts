import { type CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { recordedSettings } from '../../infra/constructs/recorded-settings.ts';

/**
 * The data stack of an installation, as it is deployed.
 * @returns undefined where it was never deployed
 */
export async function deployedStack(
  cloudFormation: CloudFormationClient,
  name: string,
): Promise<Stack | undefined> {
  try {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

/** The outputs of a stack by their names. */
export function outputsOf(stack: Stack): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
}

/** The settings that a data stack was deployed with, those at their default left out. */
export function settingsOf(stack: Stack): Readonly<Record<string, string>> {
  return recordedSettings(outputsOf(stack));
}
