import type { CloudServices } from '../cloud-services.ts';
import { StatesError } from './states-error.ts';

/**
 * Invokes a function for a state machine, with the permissions of the machine's role.
 * @param target ARN of a function, with or without a qualifier, or the function's name
 * @throws StatesError with Step Functions' name of the failure: the function's error, or Lambda's error for the call
 */
export async function callFunction(
  services: Pick<CloudServices, 'functions' | 'permissions' | 'region' | 'account'>,
  roleArn: string,
  target: string,
  payload: unknown,
): Promise<unknown> {
  const arn = target.startsWith('arn:')
    ? target
    : `arn:aws:lambda:${services.region}:${services.account}:function:${target}`;
  if (!(await services.permissions.allows(roleArn, 'lambda:InvokeFunction', arn)))
    throw new StatesError(
      'Lambda.AWSLambdaException',
      `User: ${roleArn} is not authorized to perform: lambda:InvokeFunction on resource: ${arn} because no identity-based policy allows the lambda:InvokeFunction action (Service: Lambda, Status Code: 403, Error Code: AccessDeniedException)`,
    );
  const found = services.functions.get(arn) ?? services.functions.get(withoutQualifier(arn));
  if (!found)
    throw new StatesError(
      'Lambda.ResourceNotFoundException',
      `Function not found: ${arn} (Service: Lambda, Status Code: 404)`,
    );
  const { payload: result, error, refused } = await found.invoke(payload);
  if (error && refused)
    throw new StatesError(
      `Lambda.${error.errorType}`,
      `${error.errorMessage} (Service: Lambda, Status Code: 429)`,
    );
  if (error) throw new StatesError(error.errorType, JSON.stringify(error));
  return result;
}

function withoutQualifier(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}
