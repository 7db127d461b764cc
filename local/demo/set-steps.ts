import type { OperationBody, OperationResponse } from '@pressroom/client/create-client';
import type { Delivered } from '../fetch-delivered.ts';
import type { DemoParts } from './main-job-steps.ts';
import type { Step } from './step.ts';

export interface SetResult {
  imageSet?: SetResponse;
  spinSet?: SetResponse;
  derived?: OperationResponse<'createDerived'>;
  /** URL of the derived image. */
  deliveredUrl?: string;
  delivered?: Delivered;
}

type SetResponse = OperationResponse<'createSet'>;
type NewSet = OperationBody<'createSet'>;

/**
 * Two sets and a derived image of the sample pictures, made through the API. Run them after the samples were uploaded.
 * The steps fill in `result`.
 */
export function setSteps({ admin, run, deliver }: DemoParts): { steps: Step[]; result: SetResult } {
  const result: SetResult = {};
  const named = (id: string) => (run === 1 ? id : `${id}-${run}`);
  const folder = run === 1 ? '/samples/sets/' : `/samples-${run}/sets/`;

  const createSet = async (type: NewSet['type'], id: string, members: NewSet['members']) => {
    const set = await admin.call('createSet', { body: { type, id: named(id), folder, members } });
    const unpublished = set.members.filter((member) => !member.published).map((member) => member.id);
    if (!set.published || unpublished.length > 0 || set.warnings.length > 0) {
      const reasons = [...unpublished.map((member) => `${member} is not published`), ...set.warnings];
      throw new Error(`The set ${set.id} is not live as a whole: ${reasons.join('; ')}`);
    }
    return set;
  };

  const steps: Step[] = [
    {
      title: 'Build an image set of three pictures and publish it',
      async work(report) {
        result.imageSet = await createSet('image-set', 'harbour-set', [
          { id: named('harbour-at-dawn'), label: 'At dawn' },
          { id: named('harbour-at-dusk'), label: 'At dusk', swatch: { color: '3b3355', label: 'Dusk' } },
          { id: named('coast'), label: 'The coast', swatch: { id: named('coast-small') } },
        ]);
        report(`${result.imageSet.id}: ${result.imageSet.members.length} members, live`);
      },
    },
    {
      title: 'Build a spin set of two rows and publish it',
      async work(report) {
        result.spinSet = await createSet(
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
      title: 'Derive an image by a recipe and fetch it over HTTP/2',
      async work(report) {
        const parent = named('harbour-at-dawn');
        result.derived = await admin.call('createDerived', {
          params: { id: parent },
          body: { id: named('harbour-teaser'), recipe: 'wid=600&hei=400&fit=crop&fmt=webp' },
        });
        const url = result.derived.urls.image;
        if (!result.derived.published || !url)
          throw new Error(`${result.derived.id} is not live: ${result.derived.warnings.join('; ')}`);
        result.deliveredUrl = url;
        result.delivered = await deliver(url);
        const { status, httpVersion, headers, bytes } = result.delivered;
        const type = headers['content-type'];
        if (status !== 200 || httpVersion !== '2' || type !== 'image/webp') {
          throw new Error(
            `${url}: expected 200 over HTTP/2 with image/webp, got ${status} over HTTP/${httpVersion} with ${type}`,
          );
        }
        report(`${status} HTTP/${httpVersion} · ${type} · ${bytes} bytes, derived from ${parent}`);
      },
    },
  ];
  return { steps, result };
}
