import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '@pressroom/local-aws/start-cloud';
import { addressOf, outputOf } from './endpoints.ts';
import type { Login } from './sample-users.ts';

const file = join(import.meta.dirname, '..', '.local', 'pressroom.json');

/**
 * Profiles of the command line: `npx pressroom` in the repository uses the local cloud at once. `local` is the admin of the
 * sample company; `local-user` and `local-viewer` are the other members. The file contains passwords, therefore only its
 * owner may read it.
 */
export function writeLocalProfiles(cloud: Cloud, company: string, logins: readonly Login[]): void {
  writeFileSync(file, `${JSON.stringify(localProfiles(cloud, company, logins), null, 2)}\n`, { mode: 0o600 });
}

/** What packages/cli reads: src/session/profile.ts. */
export function localProfiles(
  cloud: Pick<Cloud, 'addresses' | 'outputs' | 'ministackEndpoint'>,
  company: string,
  logins: readonly Login[],
) {
  const profiles = logins.map(({ role, name, password }) => [
    role === 'admin' ? 'local' : `local-${role}`,
    {
      api: addressOf(cloud, 'api'),
      company,
      delivery: { url: addressOf(cloud, 'delivery'), plain: addressOf(cloud, 'delivery-plain') },
      login: {
        kind: 'password' as const,
        endpoint: cloud.ministackEndpoint,
        clientId: outputOf(cloud, 'UserPoolClientId'),
        name,
        password,
      },
    },
  ]);
  return { current: 'local', profiles: Object.fromEntries(profiles) };
}
