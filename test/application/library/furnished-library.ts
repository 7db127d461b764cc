/** Libraries of published assets, all that can be seen of them, and calls that die at any place. */
import type { Asset } from '../../../domain/assets/asset.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { defaultSettings } from '../../../domain/companies/settings.ts';
import { type Server, servers } from '../../../domain/delivery/server.ts';
import { occurrencesInSet, type SetMember } from '../../../domain/sets/set-record.ts';
import { anAsset, company } from '../../support/builders.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import type { Item } from '../../support/dynamodb/values.ts';
import { at, type LibraryCloud, libraryCloud } from '../../support/library-cloud.ts';

export const settings: CompanySettings = { ...defaultSettings, servers };

/** The function dies at a call: before it does anything, or when it is done. */
interface Death {
  readonly call: number;
  readonly when: 'before' | 'after';
}

export type FurnishedLibrary = ReturnType<typeof furnishedLibrary>;

export function furnishedLibrary() {
  const cloud: LibraryCloud = libraryCloud([], { servers });
  const { undisturbed, memory, records, memberships } = cloud;
  const { tables, buckets } = memory;
  const masters = buckets[cloudNames.MASTERS_BUCKET];

  function get(id: string): Asset {
    const asset = cloud.assets.get(id);
    if (!asset) throw new Error(`There is no ${id}`);
    return asset;
  }

  const items = () => [...tables.assets.all()].map(({ item }) => item);

  function contentOf(server: Server, key: string): string {
    const { metadata = {} } = buckets[server].get(key) ?? {};
    if (metadata.redirect !== undefined)
      return `→ ${Buffer.from(metadata.redirect, 'base64url').toString('utf8')}`;
    const { id, version } = JSON.parse(decodeURIComponent(metadata.asset ?? '{}')) as Partial<Asset>;
    return `${id} ${version} of ${buckets[server].text(key).split('@')[0]}`;
  }

  return {
    ...cloud,
    get,
    /** @param place `<server>:<key>` @returns `<id> <version> of <master key>`, or `→ <id>` for a redirect */
    contentAt(place: string): string | undefined {
      const server = servers.find((one) => place.startsWith(`${one}:`));
      const key = place.slice((server?.length ?? 0) + 1);
      return server && buckets[server].get(key) ? contentOf(server, key) : undefined;
    },
    /** `<key>@<version>` of all masters. */
    masters: () =>
      [...masters.objects].flatMap(([key, versions]) =>
        versions.map(({ versionId }) => `${key}@${versionId}`),
      ),
    deleteFolder: (folder: string) =>
      tables.assets.delete({ pk: `COMPANY#${company}`, sk: `FOLDER#${folder}` }),
    /** All that can be seen of it, without what differs from run to run. */
    seen: () => ({
      assets: Object.fromEntries(
        [...cloud.assets].sort().map(([id, { masterVersionId, lastPublishedAt, ...asset }]) => [id, asset]),
      ),
      origins: Object.fromEntries(
        servers.flatMap((server) =>
          buckets[server].keys().map((key) => [`${server}:${key}`, contentOf(server, key)]),
        ),
      ),
      /** History and versions: id → lines. */
      own: grouped(
        items().flatMap((item): [string, string][] =>
          /^(VERSION|PUBLISHED|WITHDRAWN)#/.test(String(item.sk))
            ? [[idOf(item), `${String(item.sk)} ${String(item.version)} ${String(item.masterKey)}`]]
            : [],
        ),
      ),
      derived: grouped(cloud.links().map((link) => [parentOf(link), link.slice(parentOf(link).length + 1)])),
      memberships: Object.fromEntries(
        Object.entries(grouped([...memberships.keys()].map((name) => split(name)))).map(([member, sets]) => [
          member,
          Object.fromEntries(sets.map((set) => [set, memberships.get(`${member} in ${set}`)])),
        ]),
      ),
      folders: items().flatMap(({ sk }) => (String(sk).startsWith('FOLDER#') ? [sk] : [])),
      invalidated: [...new Set(memory.own.invalidated())].sort(),
    }),
    dieAt(death: Death | undefined) {
      cloud.calls.length = 0;
      cloud.fault = (name, when, _, number) => {
        if (death?.call === number && death.when === when) throw new Error(`died ${when} ${name}`);
      };
    },
    /** A file that was uploaded and published. */
    async addFile(id: string, more: Partial<Asset> = {}): Promise<void> {
      const asset = anAsset({
        id,
        fileName: `${id}.png`,
        masterVersionId: `${id} v1`,
        intent: 'live',
        ...more,
      });
      cloud.assets.set(id, asset);
      await undisturbed.putVersion(asset);
      if (asset.intent === 'live') await undisturbed.publishAlone(asset, { by: 'ann', at, settings });
    },
    async addDerived(id: string, parent: string): Promise<void> {
      const { masterKey, masterVersionId } = get(parent);
      await undisturbed.linkDerived(company, parent, id);
      await this.addFile(id, { type: 'derived-image', parent, masterKey, masterVersionId, fileName: id });
    },
    async addSet(id: string, members: readonly SetMember[]): Promise<void> {
      const record = { type: 'image-set', members } as const;
      records.set(`${company}/${id}@${id} v1`, record);
      await this.addFile(id, { type: 'image-set', fileName: id });
      await undisturbed.putMemberships(company, id, occurrencesInSet(record));
    },
    membersOf: async (id: string) => (await undisturbed.readSetRecord(get(id))).members,
    /** No object at an origin that no record names, and none named that is not there. */
    strays: () => {
      const named = [...cloud.assets.values()].flatMap(({ publications }) =>
        Object.entries(publications).map(([server, { key }]) => `${server}:${key}`),
      );
      const objects = servers.flatMap((server) => buckets[server].keys().map((key) => `${server}:${key}`));
      return {
        unnamed: objects.filter((key) => !named.includes(key)),
        missing: named.filter((key) => !objects.includes(key)),
      };
    },
  };
}

/**
 * Does a thing once undisturbed; then, for every call that it makes, dies there and does it again.
 * @returns the library as it is after the first, which every other must equal
 */
export async function survives(
  make: () => Promise<FurnishedLibrary>,
  work: (library: FurnishedLibrary) => Promise<unknown>,
): Promise<{ expected: FurnishedLibrary; others: { death: Death; library: FurnishedLibrary }[] }> {
  const expected = await make();
  expected.dieAt(undefined);
  await work(expected);
  const others: { death: Death; library: FurnishedLibrary }[] = [];
  for (let call = 1; call <= expected.calls.length; call += 1) {
    for (const when of ['before', 'after'] as const) {
      const library = await make();
      library.dieAt({ call, when });
      let died = false;
      await work(library).catch((error: Error) => {
        if (!/^died/.test(error.message)) throw error;
        died = true;
      });
      // A call that sends nothing cannot fail.
      if (!died) continue;
      library.dieAt(undefined);
      await work(library);
      others.push({ death: { call, when }, library });
    }
  }
  return { expected, others };
}

/** Values by their names, both sorted. */
function grouped(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return Object.fromEntries([...groups].sort().map(([name, values]) => [name, values.sort()]));
}

function idOf({ pk }: Item): string {
  return String(pk).split('#').slice(2).join('#');
}

/** Ids of parents have no space here. */
function parentOf(link: string): string {
  return link.split(' ')[0] ?? '';
}

function split(membership: string): [string, string] {
  const at = membership.indexOf(' in ');
  return [membership.slice(0, at), membership.slice(at + 4)];
}
