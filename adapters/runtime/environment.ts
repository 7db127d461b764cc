/**
 * The environment of a function as a typed contract. A function's `env.ts` names the variables that it needs. Its
 * construct must bind exactly these names: a missing or unnecessary one does not compile. The handler reads all of them
 * at cold start. infra imports this file too, so it imports neither the CDK nor an SDK.
 */
export interface EnvironmentContract<Name extends string> {
  readonly names: readonly Name[];
}

/** Names the variables that a function needs. */
export function defineEnvironment<const Name extends string>(...names: Name[]): EnvironmentContract<Name> {
  return { names };
}

/**
 * Reads every variable of the contract.
 * @throws Error that lists all missing names, not only the first
 */
export function readEnvironment<Name extends string>(
  contract: EnvironmentContract<Name>,
  source: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<Name, string>> {
  const missing = contract.names.filter((name) => !source[name]);
  if (missing.length > 0) throw new Error(`The environment has no ${missing.join(', ')}`);
  return Object.fromEntries(contract.names.map((name) => [name, source[name]])) as Record<Name, string>;
}
