/**
 * Copies the named fields of a record. Responses are built with it, so that a new internal field of a record does not
 * reach a response until it is named.
 */
export function pick<Source extends object, const Name extends keyof Source>(
  source: Source,
  names: readonly Name[],
): Pick<Source, Name> {
  const entries = Object.entries(source).filter(
    ([name, value]) => value !== undefined && (names as readonly PropertyKey[]).includes(name),
  );
  return Object.fromEntries(entries) as Pick<Source, Name>;
}
