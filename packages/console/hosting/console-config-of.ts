import type { ConsoleConfig } from '../src/session/console-config.ts';

/** The outputs of the stacks that the console is configured with. */
const needed = ['ApiUrl', 'LoginAddress', 'UserPoolId', 'UserPoolClientId'] as const;

/**
 * What the console of an installation has in its `config.json`.
 * @param outputs of all stacks, by name
 * @throws Error that names the outputs that are missing
 */
export function consoleConfigOf(outputs: Readonly<Record<string, string>>): ConsoleConfig {
  const missing = needed.filter((name) => outputs[name] === undefined);
  if (missing.length > 0)
    throw new Error(`The console cannot be configured: the stacks have no output ${missing.join(', ')}`);
  const { ApiUrl = '', LoginAddress = '', UserPoolId = '', UserPoolClientId = '' } = outputs;
  // The id of a pool begins with its region.
  const [region] = UserPoolId.split('_');
  return {
    api: ApiUrl,
    signIn: {
      issuer: `https://cognito-idp.${region}.amazonaws.com/${UserPoolId}`,
      clientId: UserPoolClientId,
      pages: LoginAddress,
    },
  };
}
