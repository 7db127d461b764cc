/** A policy document of the template. */
export type PolicyDocument = Readonly<Record<string, unknown>>;

export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** The roles of the template and their policies. */
export interface RolePolicies {
  /** Adds a role without permissions, or removes all permissions of a known role. */
  addRole(arn: string): void;
  /** Adds a policy to a role, or replaces the policy of that name. */
  addPolicy(roleArn: string, policy: NamedPolicy): void;
  /** Undefined if the role does not exist. */
  policiesOf(roleArn: string): readonly NamedPolicy[] | undefined;
  /** Calls a listener after each change, which can make earlier decisions wrong. */
  onChange(listener: () => void): void;
}

export function createRolePolicies(): RolePolicies {
  const roles = new Map<string, Map<string, PolicyDocument>>();
  const listeners: (() => void)[] = [];
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    addRole(arn) {
      roles.set(arn, new Map());
      changed();
    },
    addPolicy(roleArn, { name, document }) {
      const policies = roles.get(roleArn);
      if (!policies) throw new Error(`A policy names the role ${roleArn}, which does not exist`);
      policies.set(name, document);
      changed();
    },
    policiesOf(roleArn) {
      const policies = roles.get(roleArn);
      return policies && [...policies].map(([name, document]) => ({ name, document }));
    },
    onChange(listener) {
      listeners.push(listener);
    },
  };
}

/** `arn:aws:iam::123456789012:role/path/name` → `name` */
export function roleNameOf(roleArn: string): string {
  return roleArn.split('/').at(-1) ?? roleArn;
}
