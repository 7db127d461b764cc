/** The roles of a company's members. Each has all rights of the roles before it. */
export const roles = ['viewer', 'user', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whether a role has at least the rights of another. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/**
 * Whether a member may change or cancel a job or schedule: users their own, which they submitted or which run as them;
 * admins all (docs/companies.md).
 */
export function mayChange(
  member: { readonly subject: string; readonly role: Role },
  work: { readonly submittedBy: string; readonly runAs?: string },
): boolean {
  return (
    member.role === 'admin' ||
    (member.role === 'user' && (work.submittedBy === member.subject || work.runAs === member.subject))
  );
}
