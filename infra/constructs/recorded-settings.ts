/**
 * The settings of an installation are outputs of its data stack: the next deployment reads what would be dropped. Outputs,
 * because CloudFormation updates a stack for a change of them alone (github.com/aws/aws-cdk/pull/2029), and not for one of
 * its metadata.
 */
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { type Config, changedSettings } from '../config.ts';

const outputPrefix = 'Setting';

/** Adds an output `SettingMfa` with the value `required` for each setting that is not at its default. */
export function recordSettings(stack: Stack, config: Config): void {
  for (const [name, value] of Object.entries(changedSettings(config))) {
    const id = outputPrefix + name.charAt(0).toUpperCase() + name.slice(1);
    new CfnOutput(stack, `${id}Output`, {
      value,
      description: 'A setting of this installation',
    }).overrideLogicalId(id);
  }
}

/** The settings among the outputs of a deployed data stack. */
export function recordedSettings(
  outputs: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([id]) => id.startsWith(outputPrefix))
      .map(([id, value]) => {
        const name = id.slice(outputPrefix.length);
        return [name.charAt(0).toLowerCase() + name.slice(1), value];
      }),
  );
}
