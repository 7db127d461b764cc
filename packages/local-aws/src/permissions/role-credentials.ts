import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { RoleCredentials } from '../cloud-services.ts';
import { sessionName } from './access-denied.ts';

/** Roles are assumed for 1 hour, the default of STS, and again when less than 10 minutes are left. */
const lifetimeSeconds = 3600;
const renewBeforeMs = 10 * 60_000;

export interface RoleCredentialStore {
  /** @throws Error if the role does not exist */
  credentialsFor(roleArn: string): Promise<RoleCredentials>;
  /** Role and credentials of an access key that was issued here. */
  find(accessKeyId: string): { readonly roleArn: string; readonly credentials: RoleCredentials } | undefined;
}

/**
 * Gets credentials of roles from MiniStack's STS, so that MiniStack knows them too.
 * @param now milliseconds since 1970
 */
export function createRoleCredentials(
  sts: Pick<STSClient, 'send'>,
  now: () => number = Date.now,
): RoleCredentialStore {
  const byRole = new Map<string, Promise<RoleCredentials>>();
  const byKey = new Map<string, { roleArn: string; credentials: RoleCredentials }>();

  const assume = async (roleArn: string): Promise<RoleCredentials> => {
    const { Credentials: issued } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: lifetimeSeconds,
      }),
    );
    if (!issued?.AccessKeyId || !issued.SecretAccessKey || !issued.SessionToken || !issued.Expiration) {
      throw new Error(`STS returned no credentials for ${roleArn}`);
    }
    const credentials: RoleCredentials = {
      accessKeyId: issued.AccessKeyId,
      secretAccessKey: issued.SecretAccessKey,
      sessionToken: issued.SessionToken,
      expires: issued.Expiration,
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
