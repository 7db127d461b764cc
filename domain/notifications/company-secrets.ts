import { maxSecrets } from './webhook-secret.ts';

/** A secret that signs a company's notifications. */
export interface CompanySecret {
  readonly id: string;
  /** `whsec_…` */
  readonly secret: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** ISO 8601, UTC. Missing for the newest secret, which is valid until the next rotation. */
  readonly validUntil?: string;
}

/** Hours after a rotation in which the previous secret also signs, so that receivers can change to the new one. */
export const secretOverlapHours = 24;

/** The secrets that sign, the newest first. @param now ISO 8601, UTC */
export function validSecrets(secrets: readonly CompanySecret[], now: string): CompanySecret[] {
  return secrets.filter(({ validUntil }) => validUntil === undefined || validUntil > now);
}

/** The secrets after a rotation: the previous secret stays valid for a day, older ones are removed. @param now ISO 8601, UTC */
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
