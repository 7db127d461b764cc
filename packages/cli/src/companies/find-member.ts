import type { OperationResponse } from '@pressroom/client/create-client';
import type { Context } from '../context.ts';
import { CommandError } from '../errors/command-error.ts';
import { nearestOf } from '../output/nearest.ts';

type Member = OperationResponse<'listMembers'>['items'][number];

/**
 * A member by subject, e-mail address or name.
 * @throws CommandError where nobody, or more than one, is called so
 */
export async function findMember(
  { client, session, signal }: Pick<Context, 'client' | 'session' | 'signal'>,
  called: string,
): Promise<Member> {
  const { items } = await client.call('listMembers', { signal });
  const lower = called.toLowerCase();
  const found =
    items.filter(({ subject }) => subject === called).at(0) ??
    unique(
      items.filter(({ email, name }) => email?.toLowerCase() === lower || name?.toLowerCase() === lower),
      called,
    );
  if (found) return found;
  const names = items.flatMap(({ subject, email, name }) =>
    [subject, email, name].filter((one) => one !== undefined),
  );
  throw new CommandError(
    4,
    'member.not-found',
    `${called} is not a member of ${session.company}.${nearestOf(called, names)}`,
    'List members with: pressroom members ls',
  );
}

function unique(members: readonly Member[], called: string): Member | undefined {
  if (members.length > 1)
    throw new CommandError(
      2,
      'member.ambiguous',
      `${members.length} members are called ${called}.`,
      `Use a subject: ${members.map(({ subject }) => subject).join(', ')}`,
    );
  return members[0];
}
