import type { CloudServices } from '../cloud-services.ts';
import { isServiceAllowed } from '../permissions/is-service-allowed.ts';
import { trustPolicies } from '../resources/iam-role.ts';

/**
 * Whether a role trusts Scheduler. Conditions see the schedule's account and, as `aws:SourceArn`, its group: AWS
 * recommends the group, because the schedule does not exist yet when its role is checked.
 */
export function schedulerMayAssume(
  services: Pick<CloudServices, 'shared' | 'region' | 'account'>,
  roleArn: string,
  group: string,
): Promise<boolean> {
  const { region, account } = services;
  return isServiceAllowed(trustPolicies(services).get(roleArn), {
    service: 'scheduler.amazonaws.com',
    action: 'sts:AssumeRole',
    resource: roleArn,
    sourceArn: `arn:aws:scheduler:${region}:${account}:schedule-group/${group}`,
    account,
  });
}
