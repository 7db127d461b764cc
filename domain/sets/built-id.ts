import { assetIdOf } from '../assets/asset-id.ts';
import { Failure } from '../failure.ts';

/**
 * Checks an id that was chosen, not taken from a file's name: by the same rules, but what a file's name would lose is
 * refused here, since nobody would look for it under another id than the chosen one.
 * @throws Failure `request.invalid` that names `id` and its rule
 */
export function checkBuiltId(id: string): void {
  let kept: string;
  try {
    kept = assetIdOf(`${id}.set`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const message = error.message.replace(/^The name ".*?\.set" /s, '');
    throw refuse(message, error);
  }
  if (kept === id) return;
  throw refuse(
    'must not hold \\ ; / ? : @ & = + $ , * " < > | \' { } % or control characters, nor begin or end with a blank',
  );
}

function refuse(message: string, cause?: unknown): Failure {
  return new Failure('request.invalid', `id: ${message}`, { details: [{ field: 'id', message }], cause });
}
