/**
 * Sets and a derived image of the sample pictures, made as a user would through the HTTP API, and what is delivered
 * of them.
 */
import type { ApiClient } from './api-client.ts';
import type { Delivered } from './fetch-delivered.ts';
import type { Step } from './main-job.ts';

export interface SampleSetsParts {
  readonly admin: ApiClient;
  /** Counts the starts on this state folder: from the second on, the samples have names of their own. */
  readonly run: number;
  deliver(url: string): Promise<Delivered>;
}

export interface SampleSetsResult {
  imageSet?: SetResponse;
  spinSet?: SetResponse;
  derived?: DerivedResponse;
  /** Of the derived image. */
  deliveredUrl?: string;
  delivered?: Delivered;
}

interface SetResponse {
  readonly id: string;
  readonly published: boolean;
  readonly members: readonly { readonly id: string; readonly published: boolean }[];
  readonly warnings: readonly string[];
}

interface DerivedResponse {
  readonly id: string;
  readonly published: boolean;
  readonly urls: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/** The steps in their order, after the samples were uploaded. Every step throws where the outcome isn't the expected one. */
export function sampleSetsSteps({ admin, run, deliver }: SampleSetsParts): {
  steps: Step[];
  result: SampleSetsResult;
} {
  const result: SampleSetsResult = {};
  const named = (id: string) => (run === 1 ? id : `${id}-${run}`);
  const folder = run === 1 ? '/samples/sets/' : `/samples-${run}/sets/`;

  const build = async (type: string, id: string, members: readonly Record<string, unknown>[]) => {
    const set = await admin.call<SetResponse>('POST', '/sets', { type, id: named(id), folder, members });
    const waiting = set.members.filter((member) => !member.published).map((member) => member.id);
    if (!set.published || waiting.length > 0 || set.warnings.length > 0) {
      throw new Error(
        `The set ${set.id} is not live as a whole: ${[...waiting, ...set.warnings].join('; ')}`,
      );
    }
    return set;
  };

  const steps: Step[] = [
    {
      title: 'Build an image set of three pictures; it goes live with them',
      async work(report) {
        result.imageSet = await build('image-set', 'harbour-set', [
          { id: named('harbour-at-dawn'), label: 'At dawn' },
          { id: named('harbour-at-dusk'), label: 'At dusk', swatch: { color: '3b3355', label: 'Dusk' } },
          { id: named('coast'), label: 'The coast', swatch: { id: named('coast-small') } },
        ]);
        report(`${result.imageSet.id}: ${result.imageSet.members.length} members, live`);
      },
    },
    {
      title: 'Build a spin set of two rows',
      async work(report) {
        result.spinSet = await build(
          'spin-set',
          'valley-spin',
          ['long-valley', 'tower-path', 'square-field', 'small-hill'].map((id, index) => ({
            id: named(id),
            row: Math.floor(index / 2),
          })),
        );
        report(`${result.spinSet.id}: ${result.spinSet.members.length} members in 2 rows, live`);
      },
    },
    {
      title: 'Derive an image by a recipe, and fetch it over HTTP/2',
      async work(report) {
        const parent = named('harbour-at-dawn');
        result.derived = await admin.call<DerivedResponse>(
          'POST',
          `/assets/${encodeURIComponent(parent)}/derived`,
          { id: named('harbour-teaser'), recipe: 'wid=600&hei=400&fit=crop&fmt=webp' },
        );
        const address = result.derived.urls.image;
        if (!result.derived.published || !address) {
          throw new Error(`${result.derived.id} is not live: ${result.derived.warnings.join('; ')}`);
        }
        result.deliveredUrl = address;
        result.delivered = await deliver(address);
        const { status, httpVersion, headers, bytes } = result.delivered;
        if (status !== 200 || httpVersion !== '2' || headers['content-type'] !== 'image/webp') {
          throw new Error(
            `${address} answered ${status} over HTTP/${httpVersion}, ${headers['content-type']}`,
          );
        }
        report(`${status} HTTP/${httpVersion} · ${headers['content-type']} · ${bytes} bytes, from ${parent}`);
      },
    },
  ];
  return { steps, result };
}
