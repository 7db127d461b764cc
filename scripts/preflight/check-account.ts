import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { STSClient } from '@aws-sdk/client-sts';
import { checkAccount } from '../deployment/check-deployment.ts';
import { deployedStack, outputsOf } from '../deployment/deployed-stack.ts';
import type { Finding } from './finding.ts';

/** Of the bootstrap stack. The templates check the same (rule CheckBootstrapVersion). */
const minBootstrapVersion = 6;

/** Whether there are credentials, and of the right account. */
export async function checkCredentials(account: string, sts: STSClient): Promise<Finding> {
  const subject = 'credentials';
  try {
    await checkAccount(account, sts);
    return { subject, level: 'ok', text: `of the account ${account}` };
  } catch (error) {
    return { subject, level: 'missing', text: (error as Error).message };
  }
}

/** Whether the CDK can deploy to the region: it keeps its roles and its bucket in a stack of its own. */
export async function checkBootstrap(
  account: string,
  region: string,
  cloudFormation: CloudFormationClient,
): Promise<Finding> {
  const subject = `CDK bootstrap in ${region}`;
  const remedy = `npx cdk bootstrap aws://${account}/${region}`;
  const stack = await deployedStack(cloudFormation, 'CDKToolkit');
  if (!stack) return { subject, level: 'missing', text: 'the stack CDKToolkit does not exist', remedy };
  const version = Number(outputsOf(stack).BootstrapVersion ?? 0);
  return version < minBootstrapVersion
    ? { subject, level: 'missing', text: `version ${version}; ${minBootstrapVersion} is needed`, remedy }
    : { subject, level: 'ok', text: `version ${version}` };
}
