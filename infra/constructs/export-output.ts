import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Config } from '../config.ts';

/** An output by a simple name, for programs and people: `ApiUrl`, exported as `pressroom-ApiUrl`. */
export function exportOutput(stack: Stack, config: Config, name: string, value: string): void {
  // The id differs from the name, which a resource of the stack may bear as well.
  new CfnOutput(stack, `${name}Output`, { value, exportName: `${config.prefix}-${name}` }).overrideLogicalId(
    name,
  );
}
