import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { changedSettings } from '../../infra/config.ts';
import type { DeploymentArguments } from './arguments.ts';
import { compareSettings } from './compare-settings.ts';
import { deployedStack, settingsOf } from './deployed-stack.ts';

export interface DeploymentClients {
  readonly cloudFormation: CloudFormationClient;
  readonly sts: STSClient;
}

/**
 * Checks that a deployment reaches the account that it is meant for, and takes no setting away that nobody dropped.
 * @returns lines for the person who deploys
 * @throws Error that says what is wrong and how to go on
 */
export async function checkDeployment(
  { environment, given, config, drop }: DeploymentArguments,
  clients: DeploymentClients,
): Promise<string[]> {
  await checkAccount(environment?.account, clients.sts);
  const stack = await deployedStack(clients.cloudFormation, `${config.prefix}-data`);
  if (!stack) return ['This is the first deployment.'];
  const next = changedSettings(config);
  checkFixed(settingsOf(stack), next);
  const { dropped, changed } = compareSettings(settingsOf(stack), given, next, drop);
  if (dropped.length > 0)
    throw new Error(
      `The deployed installation has settings that this deployment would drop:\n${dropped
        .map((name) => `  ${name} = ${settingsOf(stack)[name]}`)
        .join('\n')}\nGive them again, or let them return to their default: --drop ${dropped.join(',')}`,
    );
  return changed.length === 0 ? ['The settings stay as they are.'] : ['Settings that change:', ...changed];
}

/** A user pool has one domain, and CloudFormation makes the new one before it deletes the old: github.com/aws/aws-cdk/issues/10062 */
function checkFixed(
  deployed: Readonly<Record<string, string>>,
  next: Readonly<Record<string, string>>,
): void {
  if (deployed.loginDomainPrefix === next.loginDomainPrefix) return;
  const shown = (value: string | undefined) => value ?? 'the default';
  throw new Error(
    `loginDomainPrefix is deployed as ${shown(deployed.loginDomainPrefix)} and cannot become ${shown(next.loginDomainPrefix)}: a user pool has one domain. Leave it as it is deployed.`,
  );
}

/**
 * @param expected none where the account of the credentials is meant, whichever it is
 * @throws Error where the credentials are of another account
 */
export async function checkAccount(expected: string | undefined, sts: STSClient): Promise<void> {
  const { Account } = await sts.send(new GetCallerIdentityCommand({})).catch((error: Error) => {
    if (error.name !== 'CredentialsProviderError') throw error;
    throw new Error(
      'There are no AWS credentials. Sign in, for example with: aws sso login or aws configure',
    );
  });
  if (expected !== undefined && Account !== expected)
    throw new Error(
      `The credentials are of the account ${Account}; the environment is in ${expected}. Use credentials of that account.`,
    );
}
