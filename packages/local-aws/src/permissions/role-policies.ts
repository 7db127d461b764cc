/** A policy document, as the template gives it. */
export type PolicyDocument = Readonly<Record<string, unknown>>;

export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** The roles of the template and what they may do. */
export interface RolePolicies {
  /** Starts a role with no permission, or starts it anew. */
  addRole(arn: string): void;
  /** Adds a policy to a role, or replaces the one of that name. */
  addPolicy(roleArn: string, policy: NamedPolicy): void;
  /** Undefined for a role that doesn't exist. */
  policiesOf(roleArn: string): readonly NamedPolicy[] | undefined;
  /** Called after each change: what was decided before may no longer hold. */
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
      if (!policies) throw new Error(`A policy names a role that does not exist: ${roleArn}`);
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
