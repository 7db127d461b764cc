/** What a member of a company may be, from the least to the most powerful. */
export const roles = ['viewer', 'user', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Each role may do all that the ones before it may. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
