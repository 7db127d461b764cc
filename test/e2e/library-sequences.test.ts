import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkLibrary, recordsOf } from '../model/support/check-library.ts';
import { beginnings, checkStep, type Step, step, take } from '../model/support/steps.ts';
import { openCloudLibrary } from './support/cloud-library.ts';
import { startTestCloud, type TestCloud } from './support/test-cloud.ts';

/** Milliseconds after which no further sequence starts. */
const maxTime = Number(process.env.SEQUENCES_SECONDS ?? 60) * 1_000;

const seed = Number(process.env.MODEL_SEED ?? 20_261_124);

let test: TestCloud;
let client: DynamoDBClient;

beforeAll(async () => {
  test = await startTestCloud();
  client = new DynamoDBClient({
    region: test.cloud.region,
    endpoint: test.cloud.ownEndpoint,
    credentials: test.cloud.rootCredentials,
  });
});

afterAll(async () => {
  client?.destroy();
  await test?.stop();
});

/** The actions and checks of the model test (test/model), on the buckets and tables of the local cloud. */
it(
  'the local cloud ends every sequence with the objects that the model expects',
  async () => {
    const pictures = await Promise.all(
      ['#100', '#030', '#005', '#777'].map((background) =>
        sharp({ create: { width: 4, height: 3, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const sequences: Step[][] = fc.sample(fc.array(step, { minLength: 12, maxLength: 20, size: 'max' }), {
      seed,
      numRuns: 500,
    });
    const begun = Date.now();
    let tried = 0;
    let actions = 0;
    for (const further of sequences) {
      if (Date.now() - begun > maxTime) break;
      const library = await openCloudLibrary(test, DynamoDBDocumentClient.from(client), `sequence-${tried}`);
      const steps = [...beginnings, ...further];
      let before = await library.look();
      for (const [index, one] of steps.entries()) {
        const response = await take(one, library, pictures);
        const after = await library.look();
        const faults = [
          ...checkStep(one, response, recordsOf(before), recordsOf(after)),
          ...(await checkLibrary(after)),
        ];
        const history = steps
          .slice(0, index + 1)
          .map(({ who, action }) => `\n  ${who}: ${JSON.stringify(action)}`);
        expect(
          faults,
          `after${history.join('')}\n${response.status} ${JSON.stringify(response.body)}`,
        ).toEqual([]);
        before = after;
      }
      tried += 1;
      actions += steps.length;
    }
    console.log(`${tried} sequences of ${actions} actions`);
    expect(tried).toBeGreaterThan(0);
  },
  maxTime + 120_000,
);
