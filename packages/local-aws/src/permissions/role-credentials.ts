import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { RoleCredentials } from '../cloud-services.ts';
import { sessionName } from './access-denied.ts';

/** Roles are assumed for an hour, the default of STS, and anew when less than ten minutes are left. */
const lifetimeSeconds = 3600;
const renewBeforeMs = 10 * 60_000;

export interface RoleCredentialStore {
  /** @throws Error when there is no such role */
  credentialsFor(roleArn: string): Promise<RoleCredentials>;
  /** The role and the secrets of an access key that was given out here. */
  find(accessKeyId: string): { readonly roleArn: string; readonly credentials: RoleCredentials } | undefined;
}

/**
 * Credentials of roles from MiniStack's STS, so that MiniStack knows them too.
 * @param now milliseconds since 1970
 */
export function createRoleCredentials(
  sts: Pick<STSClient, 'send'>,
  now: () => number = Date.now,
): RoleCredentialStore {
  const byRole = new Map<string, Promise<RoleCredentials>>();
  const byKey = new Map<string, { roleArn: string; credentials: RoleCredentials }>();

  const assume = async (roleArn: string): Promise<RoleCredentials> => {
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: lifetimeSeconds,
      }),
    );
    if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken || !given.Expiration) {
      throw new Error(`STS gave no credentials for ${roleArn}`);
    }
    const credentials: RoleCredentials = {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
      expires: given.Expiration,
    };
    for (const [key, old] of byKey) if (old.credentials.expires.getTime() < now()) byKey.delete(key);
    byKey.set(credentials.accessKeyId, { roleArn, credentials });
    return credentials;
  };

  return {
    async credentialsFor(roleArn) {
      const known = byRole.get(roleArn);
      if (known) {
        const credentials = await known;
        if (credentials.expires.getTime() - now() > renewBeforeMs) return credentials;
        // Another call may have renewed them while this one waited.
        if (byRole.get(roleArn) !== known) return this.credentialsFor(roleArn);
      }
      const renewed = assume(roleArn);
      byRole.set(roleArn, renewed);
      renewed.catch(() => byRole.delete(roleArn));
      return renewed;
    },
    find: (accessKeyId) => byKey.get(accessKeyId),
  };
}
