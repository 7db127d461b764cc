import type { Role } from './role.ts';

/** Users change and cancel what they submitted themselves or what runs as theirs, admins also what others did (DOMAIN.md, "Who may do what"). */
export function mayChange(
  user: { readonly subject: string; readonly role: Role },
  work: { readonly submittedBy: string; readonly runAs?: string },
): boolean {
  return (
    user.role === 'admin' ||
    (user.role === 'user' && (work.submittedBy === user.subject || work.runAs === user.subject))
  );
}
