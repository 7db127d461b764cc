import { defineCommand } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { readProfiles } from '../session/profile-store.ts';
import { saveTokens } from '../session/token-store.ts';

export const logout = defineCommand({
  path: 'logout',
  feature: 'companies',
  summary: 'Delete the tokens of a profile from this machine',
  args: {},
  options: {},
  examples: [{ command: 'logout', does: 'deletes the tokens of the current profile; the profile stays' }],
  connects: false,
  show: { lines: ({ profile }) => [`The tokens of the profile ${profile} are deleted.`] },
  async *run({ io, options }) {
    const { profiles, current } = await readProfiles(io);
    const name = options.profile ?? current;
    const profile = name === undefined ? undefined : profiles[name];
    if (name === undefined || !profile) throw usageError('There is no such profile.');
    const key = profile.login?.kind === 'machine' ? `machine ${profile.login.clientId}` : `profile ${name}`;
    await saveTokens(io, key, undefined);
    yield { profile: name };
    return 0;
  },
});
