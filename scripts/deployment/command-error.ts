/**
 * The text of an error for the person at the command line: what the AWS SDK says about missing settings names neither the
 * setting nor what to do.
 */
export function commandErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message === 'Region is missing')
    return 'No AWS region is set. Name an environment (environments/<name>.json), or set AWS_REGION, or AWS_PROFILE to a profile with a region.';
  if (error.name === 'CredentialsProviderError')
    return 'No AWS credentials were found. Sign in (aws sso login, aws configure), or set AWS_PROFILE to a profile that has them.';
  if (['ExpiredToken', 'ExpiredTokenException'].includes(error.name))
    return 'The AWS credentials have expired. Sign in again, such as with aws sso login.';
  return error.message;
}
