import type { OperationResponse } from '@pressroom/client/create-client';

/** A person, a machine or a trust rule. */
export type Member = OperationResponse<'listMembers'>['items'][number];

/** What can be done with one. */
export type MemberAction = 'edit' | 'login' | 'remove';

/** What a member is called: the name, the address, or the subject itself. */
export function nameOfMember({ name, email, subject }: Member): string {
  return name ?? email ?? subject;
}
