import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PreviewKind, PreviewScope } from '../../domain/delivery/preview-scope.ts';

/** What signs the previews of a company. Revoking all of them replaces it. */
export interface PreviewKey {
  /** Counts the keys of the company, from 1. */
  readonly generation: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** Bytes of a signature: an attacker would have to send 2^127 requests to forge one. */
const macBytes = 16;

/** The letters that stand for kinds in a token. */
const letters: Readonly<Record<PreviewKind, string>> = {
  image: 'i',
  content: 'c',
  video: 'v',
  set: 's',
  thumbnail: 't',
};
const kindOfLetter = new Map(Object.entries(letters).map(([kind, letter]) => [letter, kind as PreviewKind]));

/**
 * Signs a preview: HMAC-SHA-256, cut to 128 bits, over the company, the id, and everything in the token. The token shows its
 * content to whoever decodes it; it contains nothing that helps without credentials of AWS.
 * @returns generation, content and signature, with dots between: letters, digits, `-`, `_` and dots
 */
export function signPreview(scope: PreviewScope, { generation, key }: PreviewKey): string {
  const { company, id, kind, version, expires, masterKey, masterVersionId } = scope;
  const content = JSON.stringify([
    letters[kind],
    version,
    expires,
    masterVersionId,
    // Of nearly all assets the key follows from company and id.
    masterKey === `${company}/${id}` ? 0 : masterKey,
    scope.mimeType,
    scope.recipe ?? 0,
    scope.facts ?? 0,
    scope.nonce ?? 0,
    ...(scope.poster === undefined ? [] : [scope.poster]),
  ]);
  const signed = `${generation}.${Buffer.from(content).toString('base64url')}`;
  return `${signed}.${macOf(signed, company, id, key)}`;
}

/** The generation of the key that a token claims to be signed with; undefined for what is no token. */
export function generationOf(token: string): number | undefined {
  const [, generation] = /^([1-9]\d{0,8})\.[\w-]+\.[\w-]{22}$/.exec(token) ?? [];
  return generation === undefined ? undefined : Number(generation);
}

/**
 * Opens a token for the asset that a path names. Whether it has expired or was revoked is checked by the caller.
 * @returns undefined if the token was not signed for this company and id with this key
 */
export function openPreview(
  token: string,
  { company, id }: Pick<PreviewScope, 'company' | 'id'>,
  { generation, key }: PreviewKey,
): PreviewScope | undefined {
  if (generationOf(token) !== generation) return undefined;
  const end = token.lastIndexOf('.');
  const signed = token.slice(0, end);
  const given = Buffer.from(token.slice(end + 1));
  const right = Buffer.from(macOf(signed, company, id, key));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  const content = Buffer.from(signed.slice(signed.indexOf('.') + 1), 'base64url').toString();
  // Signed here, so its form is right.
  const [letter, version, expires, masterVersionId, masterKey, mimeType, recipe, facts, nonce, poster] =
    JSON.parse(content) as [
      string,
      number,
      number,
      string,
      string | 0,
      string,
      string | 0,
      string | 0,
      string | 0,
      string?,
    ];
  const kind = kindOfLetter.get(letter);
  if (kind === undefined) return undefined;
  return {
    company,
    id,
    kind,
    version,
    expires,
    masterVersionId,
    masterKey: masterKey === 0 ? `${company}/${id}` : masterKey,
    mimeType,
    ...(recipe === 0 ? {} : { recipe }),
    ...(facts === 0 ? {} : { facts }),
    ...(nonce === 0 ? {} : { nonce }),
    ...(poster === undefined ? {} : { poster }),
  };
}

/** What a revocation names: the signature, which no other token has. */
export function revocationOf(token: string): string {
  return token.slice(token.lastIndexOf('.') + 1);
}

function macOf(signed: string, company: string, id: string, key: Uint8Array): string {
  // No company contains a slash, and no id a line break, so that two scopes never have the same text.
  const text = `preview\n${company}/${id}\n${signed}`;
  return createHmac('sha256', key).update(text).digest().subarray(0, macBytes).toString('base64url');
}
