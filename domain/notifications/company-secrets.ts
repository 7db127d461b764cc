import { maxSecrets } from './webhook-secret.ts';

/** A secret that signs a company's notifications. */
export interface CompanySecret {
  readonly id: string;
  /** `whsec_…` */
  readonly secret: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** Missing for the newest: it is valid until there is another. */
  readonly validUntil?: string;
}

/** Hours that receivers have to learn of a new secret: so long the one before it signs as well. */
export const secretOverlapHours = 24;

/** Those that sign, the newest first. */
export function validSecrets(secrets: readonly CompanySecret[], now: string): CompanySecret[] {
  return secrets.filter(({ validUntil }) => validUntil === undefined || validUntil > now);
}

/** The secrets after a rotation: what was the newest stays valid beside the new one for a day, older ones go. */
export function rotateSecrets(
  secrets: readonly CompanySecret[],
  fresh: CompanySecret,
  now: string,
): CompanySecret[] {
  const until = new Date(Date.parse(now) + secretOverlapHours * 3_600_000).toISOString();
  const older = validSecrets(secrets, now).map((secret) => ({
    ...secret,
    validUntil: secret.validUntil ?? until,
  }));
  return [fresh, ...older].slice(0, maxSecrets);
}
