import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  EntityAlreadyExistsException,
  GetRoleCommand,
  PutRolePolicyCommand,
  paginateListRolePolicies,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { CloudServices } from '../cloud-services.ts';
import { ministackClients } from '../ministack/ministack-clients.ts';
import { isManagedByAws, managedPolicy } from '../permissions/managed-policies.ts';
import {
  createRolePolicies,
  type NamedPolicy,
  type PolicyDocument,
  type RolePolicies,
} from '../permissions/role-policies.ts';
import type { ResourceType } from './resource.ts';

/** The roles of the template with their policies, for our own endpoints. */
export function rolePolicies(services: Pick<CloudServices, 'shared'>): RolePolicies {
  return services.shared('role policies', createRolePolicies);
}

/** The documents of the template's own managed policies, by ARN. */
export function ownManagedPolicies(services: Pick<CloudServices, 'shared'>): Map<string, PolicyDocument> {
  return services.shared('managed policies', () => new Map());
}

/** The trust policies of the template by role ARN. */
export function trustPolicies(services: Pick<CloudServices, 'shared'>): Map<string, PolicyDocument> {
  return services.shared('trust policies', () => new Map());
}

/** Adds a policy to a role, for our own endpoints and in MiniStack. */
export async function grantPolicy(
  services: CloudServices,
  roleArn: string,
  policy: NamedPolicy,
): Promise<void> {
  rolePolicies(services).addPolicy(roleArn, policy);
  await ministackClients(services).iam.send(
    new PutRolePolicyCommand({
      RoleName: roleArn.split('/').at(-1),
      PolicyName: policy.name,
      PolicyDocument: JSON.stringify(policy.document),
    }),
  );
}

export const iamRole: ResourceType = {
  type: 'AWS::IAM::Role',
  honours: ['RoleName', 'Path', 'AssumeRolePolicyDocument', 'Policies', 'ManagedPolicyArns'],
  async create({ properties, generatedName, account, services }) {
    const { iam } = ministackClients(services);
    const name = String(properties.RoleName ?? generatedName);
    const path = String(properties.Path ?? '/');
    const trust = JSON.stringify(
      withLocalTrust(properties.AssumeRolePolicyDocument as PolicyDocument, account),
    );
    try {
      await iam.send(new CreateRoleCommand({ RoleName: name, Path: path, AssumeRolePolicyDocument: trust }));
    } catch (error) {
      if (!(error instanceof EntityAlreadyExistsException)) throw error;
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: trust }));
      // A policy that was removed from the template must no longer apply.
      for await (const page of paginateListRolePolicies({ client: iam }, { RoleName: name })) {
        for (const PolicyName of page.PolicyNames ?? []) {
          await iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName }));
        }
      }
    }
    const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: name }));
    if (!role?.Arn || !role.RoleId) throw new Error(`MiniStack did not create the role "${name}"`);
    const { Arn: arn, RoleId: roleId } = role;
    rolePolicies(services).addRole(arn);
    trustPolicies(services).set(arn, properties.AssumeRolePolicyDocument as PolicyDocument);

    const inline = (properties.Policies ?? []) as readonly {
      PolicyName: string;
      PolicyDocument: PolicyDocument;
    }[];
    for (const { PolicyName, PolicyDocument: document } of inline) {
      await grantPolicy(services, arn, { name: PolicyName, document });
    }
    for (const policyArn of (properties.ManagedPolicyArns ?? []) as readonly string[]) {
      await grantPolicy(services, arn, managedAsInline(services, policyArn));
    }
    return { ref: name, attributes: { Arn: arn, RoleId: roleId } };
  },
};

/** Converts an attached policy to an inline policy: IAM decides the same. */
function managedAsInline(services: CloudServices, arn: string): NamedPolicy {
  const document = isManagedByAws(arn) ? managedPolicy(arn) : ownManagedPolicies(services).get(arn);
  if (!document) throw new Error(`The managed policy ${arn} does not exist`);
  return { name: `attached-${arn.split('/').at(-1)}`, document: document as PolicyDocument };
}

/**
 * Roles trust services (`lambda.amazonaws.com`), which assume them on AWS. Here the local cloud acts for the service
 * with the account's root key, so the root user, and no other user of the account, may assume every role.
 */
function withLocalTrust(document: PolicyDocument, account: string): PolicyDocument {
  const root = `arn:aws:iam::${account}:root`;
  const statement = {
    Sid: 'LocalCloud',
    Effect: 'Allow',
    Principal: { AWS: root },
    Action: 'sts:AssumeRole',
    Condition: { ArnEquals: { 'aws:PrincipalArn': root } },
  };
  return { ...document, Statement: [...[document.Statement ?? []].flat(), statement] };
}
