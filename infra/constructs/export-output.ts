import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Config } from '../config.ts';

/** An output by a simple name, for programs and people: `ApiUrl`, exported as `pressroom-ApiUrl`. */
export function exportOutput(stack: Stack, config: Config, name: string, value: string): void {
  // The id differs from the name, which a resource of the stack may bear as well.
  new CfnOutput(stack, `${name}Output`, { value, exportName: `${config.prefix}-${name}` }).overrideLogicalId(
    name,
  );
}

/**
 * Exports values of a stack's own resources whether or not another stack imports them under the present settings.
 * CloudFormation updates the exporting stack first and refuses to remove an export that a deployed stack imports: a
 * setting that makes an import come or go needs the export to stay.
 */
export function keepExports(stack: Stack, ...values: readonly string[]): void {
  for (const value of values) stack.exportValue(value);
}
