import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventBus } from '../../../adapters/eventbridge/event-bus.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { noCounts, type PublishJob } from '../../../domain/jobs/job.ts';

const time = '2026-11-24T12:00:00.000Z';
const bus = mockClient(EventBridgeClient);
let warnings: { message: string; facts: Record<string, unknown> }[];

function makeBus() {
  warnings = [];
  return eventBus(new EventBridgeClient({ region: 'eu-central-1' }), 'pressroom', (message, facts) =>
    warnings.push({ message, facts }),
  );
}

const asset = (id: string) =>
  ({
    company: 'acme',
    id,
    type: 'image',
    version: 1,
    publications: { 'image-serving': { version: 1, at: time, by: 'ann', key: id } },
  }) as unknown as Asset;

const job: PublishJob = {
  kind: 'publish',
  company: 'acme',
  id: 'J',
  givenName: 'Autumn',
  name: 'Autumn 2026',
  status: 'running',
  counts: noCounts,
  submitted: time,
  submittedBy: 'ann',
  publish: 'new',
  servers: ['image-serving'],
  executionNumber: 1,
};

const calls = () => bus.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries ?? []);

const takesAll = ({ Entries }: { Entries: unknown[] }) => ({
  FailedEntryCount: 0,
  Entries: Entries.map(() => ({ EventId: 'e' })),
});

beforeEach(() => {
  bus.reset();
  bus.on(PutEventsCommand).callsFake(takesAll);
});

describe('the event bus', () => {
  it('makes no call if nothing was emitted', async () => {
    await makeBus().flush();
    expect(calls()).toEqual([]);
  });

  it('sends 1,000 assets of a job in one call with ten events', async () => {
    const { emitPublished, flush } = makeBus();
    for (let index = 0; index < 1_000; index += 1) {
      emitPublished(asset(`a${index}`), ['image-serving'], { by: 'ann', jobId: 'J' });
    }
    await flush();
    await flush();
    const [entries = [], ...more] = calls();
    expect(more).toEqual([]);
    expect(entries.map(({ DetailType }) => DetailType)).toEqual(Array(10).fill('AssetPublished'));
    const details = entries.map(({ Detail = '' }) => JSON.parse(Detail));
    expect(details.flatMap(({ publications }) => publications)).toHaveLength(1_000);
    expect(entries[0]).toMatchObject({ EventBusName: 'pressroom', Source: 'pressroom' });
  });

  it('makes separate events for different users and jobs', async () => {
    const { emitPublished, flush } = makeBus();
    emitPublished(asset('a'), ['image-serving'], { by: 'ann' });
    emitPublished(asset('b'), ['image-serving'], { by: 'ben' });
    emitPublished(asset('c'), ['image-serving'], { by: 'ann', jobId: 'J' });
    await flush();
    expect(calls()[0]?.map(({ Detail = '' }) => JSON.parse(Detail).publications[0].asset)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('repeats only the events that EventBridge refused', async () => {
    bus
      .on(PutEventsCommand)
      .resolvesOnce({
        FailedEntryCount: 1,
        Entries: [{ EventId: 'e' }, { ErrorCode: 'ThrottlingException' }],
      })
      .callsFake(takesAll);
    const { emitStatus, flush } = makeBus();
    emitStatus(job, time);
    emitStatus({ ...job, status: 'succeeded' }, time);
    await flush();
    expect(calls().map((entries) => entries.map(({ Detail = '' }) => JSON.parse(Detail).status))).toEqual([
      ['running', 'succeeded'],
      ['succeeded'],
    ]);
    expect(warnings).toEqual([]);
  });

  it('sends the end of a job at once, after what was emitted before', async () => {
    const { emitStatus, emitEnd } = makeBus();
    emitStatus(job, time);
    await emitEnd({ ...job, status: 'succeeded', ended: time });
    expect(calls().map((entries) => entries.map(({ Detail = '' }) => JSON.parse(Detail).status))).toEqual([
      ['running'],
      ['succeeded'],
    ]);
  });

  it('fails if the end of a job is not accepted, so that the end stays unprocessed', async () => {
    bus.on(PutEventsCommand).rejects(new Error('no bus'));
    const { emitEnd } = makeBus();
    await expect(emitEnd({ ...job, status: 'succeeded', ended: time })).rejects.toThrow(
      'EventBridge did not accept the event that job J has ended',
    );
  });

  it.each([
    [
      'keeps refusing',
      () =>
        bus
          .on(PutEventsCommand)
          .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalException' }] }),
      'InternalException',
    ],
    [
      'is not there',
      () => bus.on(PutEventsCommand).rejects(new Error('no bus')),
      expect.objectContaining({ message: 'no bus' }),
    ],
  ])('warns and does not fail if the bus %s', async (_name, arrange, error) => {
    arrange();
    const { emitStatus, flush } = makeBus();
    emitStatus(job, time);
    await flush();
    expect(warnings).toEqual([
      { message: 'EventBridge did not accept all events', facts: { events: 1, error } },
    ]);
  });
});
