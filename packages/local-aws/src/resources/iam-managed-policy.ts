import type { PolicyDocument } from '../permissions/role-policies.ts';
import { grantPolicy, ownManagedPolicies } from './iam-role.ts';
import type { ResourceType } from './resource.ts';

export const iamManagedPolicy: ResourceType = {
  type: 'AWS::IAM::ManagedPolicy',
  honours: ['ManagedPolicyName', 'PolicyDocument', 'Roles', 'Path', 'Description'],
  async create({ properties, generatedName, account, services }) {
    const name = String(properties.ManagedPolicyName ?? generatedName);
    const arn = `arn:aws:iam::${account}:policy${String(properties.Path ?? '/')}${name}`;
    const document = properties.PolicyDocument as PolicyDocument;
    ownManagedPolicies(services).set(arn, document);
    for (const role of (properties.Roles ?? []) as readonly string[]) {
      await grantPolicy(services, `arn:aws:iam::${account}:role/${role}`, {
        name: `attached-${name}`,
        document,
      });
    }
    return { ref: arn, attributes: { PolicyArn: arn, PolicyId: name } };
  },
};
