import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder for profiles, tokens and unfinished uploads. */
export function configFolder(env: Readonly<Record<string, string | undefined>>): string {
  if (env.PRESSROOM_HOME) return env.PRESSROOM_HOME;
  if (env.XDG_CONFIG_HOME) return join(env.XDG_CONFIG_HOME, 'pressroom');
  return join(env.HOME ?? homedir(), '.config', 'pressroom');
}
