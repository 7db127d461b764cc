import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * How cdk-nag spells a resource of a policy in its findings: `<LogicalId.Arn>/*` for one of the same stack, the name of
 * the export for one of another.
 * @param scope in the stack that holds the policy
 * @param owner in the stack that holds the resource
 */
export function findingOf(scope: Construct, owner: Construct, reference: string): string {
  const here = Stack.of(scope);
  const home = Stack.of(owner);
  return print(here.resolve(here === home ? reference : home.exportValue(reference)));
}

function print(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[intrinsic, operand] = []] = Object.entries(value as Record<string, unknown>);
  switch (intrinsic) {
    case 'Ref':
      return `<${String(operand)}>`;
    case 'Fn::GetAtt':
      return `<${(operand as string[]).join('.')}>`;
    case 'Fn::ImportValue':
      return String(operand);
    case 'Fn::Join':
      return (operand as [string, unknown[]])[1].map(print).join((operand as [string, unknown[]])[0]);
    default:
      throw new Error(`cdk-nag's spelling of ${intrinsic} is not known here.`);
  }
}
