import { expect, it } from 'vitest';
import { type TargetInput, targetPayload } from '../../src/events/target-input.ts';

const event = {
  time: '2026-11-24T10:00:00Z',
  source: 'aws.states',
  detail: { status: 'FAILED', name: 'say "hi"', list: [1, { a: 2 }] },
};
const rule = { name: 'when-failed', arn: 'arn:rule' };

it.each<[input: TargetInput, payload: unknown]>([
  [{}, event],
  [{ Input: '{"fixed":true}' }, { fixed: true }],
  [{ InputPath: '$.detail.status' }, 'FAILED'],
  [{ InputPath: '$.detail.list[1]' }, { a: 2 }],
  [{ InputPath: '$' }, event],
  [
    {
      InputTransformer: {
        InputPathsMap: {
          status: '$.detail.status',
          name: '$.detail.name',
          list: '$.detail.list',
          none: '$.x',
        },
        InputTemplate: '{"text": "<status>: <name>", "status": <status>, "list": <list>, "none": "<none>"}',
      },
    },
    { text: 'FAILED: say "hi"', status: 'FAILED', list: [1, { a: 2 }], none: '' },
  ],
  [
    {
      InputTransformer: { InputTemplate: '{"rule": "<aws.events.rule-name>", "event": <aws.events.event>}' },
    },
    { rule: 'when-failed', event },
  ],
])('sends the right payload for %j', (input, payload) => {
  expect(JSON.parse(targetPayload(event, input, rule))).toEqual(payload);
});
