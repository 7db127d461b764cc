import type { PolicyDocument } from '../permissions/role-policies.ts';
import { grantPolicy } from './iam-role.ts';
import type { ResourceType } from './resource.ts';

export const iamPolicy: ResourceType = {
  type: 'AWS::IAM::Policy',
  honours: ['PolicyName', 'PolicyDocument', 'Roles'],
  async create({ properties, generatedName, account, services }) {
    const name = String(properties.PolicyName ?? generatedName);
    for (const role of (properties.Roles ?? []) as readonly string[]) {
      await grantPolicy(services, `arn:aws:iam::${account}:role/${role}`, {
        name,
        document: properties.PolicyDocument as PolicyDocument,
      });
    }
    return { ref: generatedName, attributes: { Id: generatedName } };
  },
};
