/** Actions of two users on a small library, and what each must come to. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { type Asset, isPublished, isSetType } from '../../../domain/assets/asset.ts';
import { isCurrentOn, serversFor } from '../../../domain/assets/publish-state.ts';
import { type CompanySettings, defaultSettings } from '../../../domain/companies/settings.ts';
import type { Records } from './check-library.ts';
import type { ApiResponse, Library, LibraryFile, TestMember } from './library.ts';

const files = ['apple', 'Birne (grün)', 'cherry', 'date'] as const;
const sets = ['bowl', 'basket'] as const;
const derivedIds = ['slice', 'peel'] as const;
const spareIds = ['elder', 'fig'] as const;
const anyId = fc.constantFrom(...files, ...sets, ...derivedIds, ...spareIds);
const fileOrDerived = fc.constantFrom(...files, ...derivedIds, ...spareIds);
const folders = ['/', '/fruit/', '/fruit/red/'] as const;
const words = ['red', 'ripe', 'sour'] as const;

export type Action =
  | {
      readonly do: 'upload';
      readonly id: string;
      readonly shade: number;
      readonly publish: boolean;
      readonly folder: string;
    }
  | {
      readonly do: 'save-set';
      readonly id: string;
      readonly members: readonly string[];
      readonly publish: boolean;
    }
  | {
      readonly do: 'derive';
      readonly id: string;
      readonly parent: string;
      readonly width: number;
      readonly publish: boolean;
    }
  | { readonly do: 'publish' | 'unpublish' | 'trash' | 'restore' | 'purge'; readonly id: string }
  | { readonly do: 'publish-many' | 'unpublish-many'; readonly ids: readonly string[] }
  | { readonly do: 'rename'; readonly id: string; readonly to: string; readonly redirect: boolean }
  | { readonly do: 'move'; readonly id: string; readonly folder: string }
  | { readonly do: 'describe'; readonly id: string; readonly keywords: readonly string[] }
  | { readonly do: 'roll-back'; readonly id: string; readonly version: number }
  | { readonly do: 'job'; readonly publish: 'new' | 'full' };

export interface Step {
  readonly who: TestMember;
  readonly action: Action;
}

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('upload' as const),
      id: fc.constantFrom(...files, ...spareIds),
      shade: fc.nat(3),
      publish: fc.boolean(),
      folder: fc.constantFrom(...folders),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('save-set' as const),
      id: fc.constantFrom(...sets),
      members: fc.array(fileOrDerived, { minLength: 1, maxLength: 4 }),
      publish: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('derive' as const),
      id: fc.constantFrom(...derivedIds),
      parent: fc.constantFrom(...files, ...spareIds),
      width: fc.integer({ min: 1, max: 3 }),
      publish: fc.boolean(),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constantFrom('publish', 'publish', 'unpublish', 'unpublish', 'trash', 'restore', 'purge'),
      id: anyId,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('publish-many', 'unpublish-many'),
      ids: fc.uniqueArray(anyId, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('rename' as const),
      id: anyId,
      to: anyId,
      redirect: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('move' as const),
      id: anyId,
      folder: fc.constantFrom(...folders),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('describe' as const),
      id: anyId,
      keywords: fc.subarray([...words]),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('roll-back' as const),
      id: anyId,
      version: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('job' as const), publish: fc.constantFrom('new', 'full') }),
  },
);

/** What there is before two users act on it: something of everything. */
export const beginnings: readonly Step[] = [
  ...files.map((id, index) => ({
    who: 'ann' as const,
    action: { do: 'upload' as const, id, shade: index, publish: index % 2 === 0, folder: '/fruit/' },
  })),
  { who: 'bob', action: { do: 'derive', id: 'slice', parent: 'apple', width: 2, publish: true } },
  { who: 'bob', action: { do: 'save-set', id: 'bowl', members: ['apple', 'Birne (grün)'], publish: true } },
  { who: 'ann', action: { do: 'describe', id: 'apple', keywords: ['red', 'sour'] } },
];

export const step: fc.Arbitrary<Step> = fc.record({ who: fc.constantFrom('ann', 'bob'), action });

/** Two or three actions at once, rather of one asset than of several: that is where they meet. */
export const stepsAtOnce: fc.Arbitrary<readonly Step[]> = fc
  .tuple(fc.array(step, { minLength: 2, maxLength: 3, size: 'max' }), fc.integer({ min: 0, max: 3 }))
  .map(([steps, same]) => {
    const [first] = steps;
    if (same === 0 || !first || !('id' in first.action)) return steps;
    const { id } = first.action;
    return steps.map((one) => withId(one, id));
  });

function withId({ who, action: act }: Step, id: string): Step {
  return { who, action: 'id' in act ? { ...act, id } : act };
}

/** @param pictures of different bytes, by shade */
export async function take(
  { who, action: act }: Step,
  library: Library,
  pictures: readonly Buffer[],
): Promise<ApiResponse> {
  const path = (id: string, more = '') => `/assets/${encodeURIComponent(id)}${more}`;
  const { call } = library;
  switch (act.do) {
    case 'upload': {
      const file: LibraryFile = {
        name: `${act.id}.png`,
        type: 'image/png',
        bytes: pictures[act.shade] ?? Buffer.alloc(0),
      };
      return library.upload(who, file, { folder: act.folder, publishAfterUploading: act.publish });
    }
    case 'save-set': {
      const members = act.members.map((id) => ({ id }));
      const body = { members, publish: act.publish };
      const there = await call(who, 'GET', `/sets/${act.id}`);
      return there.status === 200
        ? call(who, 'PUT', `/sets/${act.id}`, body)
        : call(who, 'POST', '/sets', { ...body, type: 'image-set', id: act.id });
    }
    case 'derive': {
      const recipe = `wid=${act.width}`;
      const there = await call(who, 'GET', path(act.id));
      const { parent } = there.body;
      return there.status === 200 && typeof parent === 'string'
        ? call(who, 'PATCH', path(parent, `/derived/${act.id}`), { recipe })
        : call(who, 'POST', path(act.parent, '/derived'), { id: act.id, recipe, publish: act.publish });
    }
    case 'publish':
    case 'unpublish':
      return call(who, 'POST', path(act.id, `/${act.do}`), {});
    case 'trash':
      return call(who, 'DELETE', path(act.id));
    case 'restore':
      return call(who, 'POST', '/trash/restore', { assetIds: [act.id] });
    case 'purge':
      return call(who, 'POST', '/trash/empty', { assetIds: [act.id] });
    case 'publish-many':
      return call(who, 'POST', '/publish', { assetIds: act.ids, partial: true });
    case 'unpublish-many':
      return call(who, 'POST', '/unpublish', { assetIds: act.ids, partial: true });
    case 'rename':
      return call(who, 'POST', path(act.id, '/rename'), { to: act.to, redirect: act.redirect });
    case 'move':
      return call(who, 'POST', '/assets/move', { assetIds: [act.id], folder: act.folder });
    case 'describe':
      return call(who, 'PATCH', path(act.id), { keywords: act.keywords });
    case 'roll-back':
      return call(who, 'POST', path(act.id, `/versions/${act.version}/publish`));
    case 'job':
      return library.publishJob(who, act.publish);
  }
}

/** What an action that was answered well must have come to, where nobody else acted meanwhile. A line for each fault. */
export function checkStep(
  { action: act }: Step,
  { status, body }: ApiResponse,
  before: Records,
  after: Records,
  settings: CompanySettings = defaultSettings,
): string[] {
  if (status >= 500) return [`was answered ${status}: ${JSON.stringify(body)}`];
  const faults: string[] = [];
  const must = (holds: boolean, message: string) => void (holds || faults.push(message));
  const untouched = (ids: Iterable<string>) => {
    for (const id of ids) {
      const [was, is] = [before.assets.get(id), after.assets.get(id)];
      must(was?.version === is?.version && was?.intent === is?.intent, `${id} was changed`);
      must(isDeepStrictEqual(was?.publications, is?.publications), `${id} went live or was withdrawn`);
    }
  };
  if (status >= 400) {
    // What was refused has changed nothing; a publication that stopped half-way says so by another code.
    if (status !== 409 && status !== 422) untouched(before.assets.keys());
    return faults;
  }
  const isLive = (asset: Asset | undefined) =>
    asset !== undefined &&
    asset.intent === 'live' &&
    serversFor(asset.type, settings).every((server) => isCurrentOn(asset, server));
  switch (act.do) {
    case 'publish':
      must(isLive(after.assets.get(act.id)), `${act.id} is not live`);
      break;
    case 'unpublish': {
      const asset = after.assets.get(act.id);
      must(asset?.intent === 'held' && !isPublished(asset), `${act.id} is not held`);
      untouched([...before.assets.keys()].filter((id) => id !== act.id));
      break;
    }
    case 'trash': {
      const asset = after.assets.get(act.id);
      must(asset?.trashed !== undefined, `${act.id} is not in the trash`);
      must(asset?.intent === before.assets.get(act.id)?.intent, `${act.id} lost its intent`);
      break;
    }
    case 'restore': {
      const asset = after.assets.get(act.id);
      must(asset !== undefined && asset.trashed === undefined, `${act.id} did not come back`);
      must(asset?.intent === before.assets.get(act.id)?.intent, `${act.id} lost its intent`);
      if (asset?.intent === 'live' && !isSetType(asset.type))
        must(isLive(asset), `${act.id} is not live again`);
      break;
    }
    case 'purge':
      must(!after.assets.has(act.id), `${act.id} is not gone`);
      break;
    case 'describe':
    case 'move':
      untouched(before.assets.keys());
      break;
    case 'rename': {
      const [was, is] = [before.assets.get(act.id), after.assets.get(act.to)];
      must(is !== undefined && is.trashed === undefined, `${act.to} is not there`);
      if (act.id !== act.to && was) {
        must(is?.intent === was.intent, `${act.to} has another intent`);
        must(is !== undefined && isPublished(is) === isPublished(was), `${act.to} is not as live as before`);
      }
      break;
    }
    case 'upload': {
      const was = before.assets.get(act.id);
      const { counts } = body as { counts: { done: number; errors: number } };
      if (counts.done === 0) break;
      // Where the id is that of something built, or lies in the trash, the file gets another one.
      if (was && (was.trashed || isSetType(was.type) || was.type === 'derived-image')) break;
      const is = after.assets.get(act.id);
      must(is?.version === (was?.version ?? 0) + 1, `${act.id} has no new version`);
      if (was) must(is?.intent === was.intent, `${act.id} lost its intent`);
      if (!was) must(is?.intent === (act.publish ? 'live' : 'pending'), `${act.id} is ${is?.intent}`);
      if (was ? was.intent === 'live' && isPublished(was) : act.publish) {
        must(isLive(is), `${act.id} is not live`);
      }
      break;
    }
    case 'roll-back':
      must(
        isSetType(after.assets.get(act.id)?.type ?? 'image') || isLive(after.assets.get(act.id)),
        `${act.id} is not live`,
      );
      break;
    case 'job':
      for (const asset of after.assets.values()) {
        // A set waits for its members; all else that the job takes goes live.
        if (asset.trashed || isSetType(asset.type) || asset.intent === 'held') continue;
        for (const server of serversFor(asset.type, settings)) {
          const live = asset.publications[server];
          must(live !== undefined, `${asset.id} was not published by the job`);
          if (act.publish === 'full') must(live?.version === asset.version, `${asset.id} is still changed`);
        }
      }
      break;
    default:
      break;
  }
  return faults;
}
