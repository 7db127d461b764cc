/**
 * What `npm run deploy`, `npm run preflight` and `npm run destroy` are called with: the name of an environment, flags of
 * their own, and what is handed on to the CDK.
 */
import { readFileSync } from 'node:fs';
import { type Config, readConfig } from '../../infra/config.ts';
import { type DeployEnvironment, readEnvironment } from '../../infra/environment.ts';

export interface DeploymentArguments {
  /** Of the environment; none for an installation that has its settings from `-c` or cdk.json. */
  readonly name: string | undefined;
  readonly environment: DeployEnvironment | undefined;
  /** The settings as they were given, by name; those at their default are not among them unless named. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly config: Config;
  /** Settings that may return to their default: `--drop mailFrom,mfa`. */
  readonly drop: readonly string[];
  /** Whether what stays and what goes was agreed to: `--yes`. */
  readonly yes: boolean;
  /** For the CDK, the settings included. */
  readonly forCdk: readonly string[];
}

const cdkFile = new URL('../../cdk.json', import.meta.url);

/**
 * @param argv what follows the name of the command
 * @throws Error that says what is wrong in the environment or in a setting
 */
export function readArguments(
  argv: readonly string[],
  context: Readonly<Record<string, unknown>> = contextOfCdkFile(),
): DeploymentArguments {
  const [name, rest] = argv[0]?.startsWith('-') === false ? [argv[0], argv.slice(1)] : [undefined, [...argv]];
  const drop: string[] = [];
  const forCdk: string[] = name === undefined ? [] : ['-c', `environment=${name}`];
  const flags: Record<string, string> = {};
  let yes = false;
  for (let index = 0; index < rest.length; index++) {
    const argument = rest[index] ?? '';
    if (argument === '--yes') yes = true;
    else if (argument === '--drop') drop.push(...(rest[++index] ?? '').split(','));
    else {
      forCdk.push(argument);
      if (argument !== '-c' && argument !== '--context') continue;
      const [setting = '', ...value] = (rest[++index] ?? '').split('=');
      flags[setting] = value.join('=');
      forCdk.push(rest[index] ?? '');
    }
  }
  const environment = name === undefined ? undefined : readEnvironment(name);
  const given = { ...environment?.settings, ...context, ...flags };
  return { name, environment, given, config: readConfig(given), drop, yes, forCdk };
}

function contextOfCdkFile(): Record<string, unknown> {
  return (JSON.parse(readFileSync(cdkFile, 'utf8')) as { context?: Record<string, unknown> }).context ?? {};
}
