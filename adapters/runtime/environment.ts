/**
 * The environment of a function as a typed contract. A function's `env.ts` names what it needs; its construct
 * must bind exactly these names (a missing or needless one does not compile), and the handler reads them all
 * at cold start. Read by infra too: imports neither the CDK nor an SDK.
 */
export interface EnvironmentContract<Name extends string> {
  readonly names: readonly Name[];
}

/** Names what a function needs from its environment. */
export function defineEnvironment<const Name extends string>(...names: Name[]): EnvironmentContract<Name> {
  return { names };
}

/**
 * Reads every name of the contract.
 * @throws Error that lists all names that are missing, not only the first.
 */
export function readEnvironment<Name extends string>(
  contract: EnvironmentContract<Name>,
  source: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<Name, string>> {
  const missing = contract.names.filter((name) => !source[name]);
  if (missing.length > 0) throw new Error(`The environment lacks ${missing.join(', ')}`);
  return Object.fromEntries(contract.names.map((name) => [name, source[name]])) as Record<Name, string>;
}
