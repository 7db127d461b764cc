import { dirname, join } from 'node:path';
import { CommandError } from '../errors/command-error.ts';
import type { Io } from '../io.ts';
import { configFolder } from './config-folder.ts';
import { readJsonFile, writePrivateFile } from './private-file.ts';
import { isLoopback, type Profile, type Profiles } from './profile.ts';

type Place = Pick<Io, 'env' | 'folder'>;

const fileOf = ({ env }: Place) => join(configFolder(env), 'profiles.json');

/** Profiles of the person, and below them those of the local cloud if the command runs inside its repository. */
export async function readProfiles(place: Place): Promise<Profiles> {
  const own = (await readJsonFile(fileOf(place))) as Profiles | undefined;
  const local = await readLocalProfiles(place.folder);
  const current = own?.current ?? local?.current;
  return {
    ...(current === undefined ? {} : { current }),
    profiles: { ...local?.profiles, ...own?.profiles },
  };
}

/** Adds or replaces a profile, and makes it the current one. */
export async function saveProfile(place: Place, name: string, profile: Profile): Promise<void> {
  const own = ((await readJsonFile(fileOf(place))) as Profiles | undefined) ?? { profiles: {} };
  const next: Profiles = { current: name, profiles: { ...own.profiles, [name]: profile } };
  await writePrivateFile(fileOf(place), `${JSON.stringify(next, undefined, 2)}\n`);
}

/**
 * `npm start` writes them into `.local/` of the repository. Only addresses of this machine count: a repository from
 * elsewhere must not send anybody's files to its author.
 */
async function readLocalProfiles(folder: string): Promise<Profiles | undefined> {
  for (let place = folder; ; place = dirname(place)) {
    const found = (await readJsonFile(join(place, '.local', 'pressroom.json'))) as Profiles | undefined;
    if (found) {
      const foreign = Object.values(found.profiles).find(({ api }) => !isLoopback(api));
      if (foreign)
        throw new CommandError(
          2,
          'profile.foreign',
          `${join(place, '.local', 'pressroom.json')} names ${foreign.api}, which is not on this machine.`,
          'Delete the file, or use a profile of your own: pressroom login',
        );
      return found;
    }
    if (place === dirname(place)) return undefined;
  }
}
