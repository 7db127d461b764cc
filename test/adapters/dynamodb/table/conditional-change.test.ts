import { describe, expect, it } from 'vitest';
import {
  type ConditionalChange,
  statementOf,
  updateOf,
} from '../../../../adapters/dynamodb/table/conditional-change.ts';

const change: ConditionalChange = {
  key: { pk: 'ASSET#c#shoe', sk: 'ASSET' },
  set: { intent: 'live', publications: { video: { version: 2 } }, lastPublishedAt: undefined },
  remove: ['pendingKey'],
  when: { version: 2, stateAt: undefined },
  whenPresent: ['trashed'],
};

describe('a change under conditions', () => {
  it('is an update', () => {
    expect(updateOf('table', change)).toEqual({
      TableName: 'table',
      Key: change.key,
      UpdateExpression: 'SET intent = :intent, publications = :publications REMOVE pendingKey',
      ConditionExpression:
        'version = :versionBefore AND attribute_not_exists(stateAt) AND attribute_exists(trashed)',
      ExpressionAttributeValues: {
        ':intent': 'live',
        ':publications': { video: { version: 2 } },
        ':versionBefore': 2,
      },
    });
  });

  it('is a statement of PartiQL', () => {
    expect(statementOf('table', change)).toEqual({
      Statement:
        'UPDATE "table" SET "intent" = ?, "publications" = ? REMOVE "pendingKey" WHERE "pk" = ? AND "sk" = ? AND "version" = ? AND "stateAt" IS MISSING AND "trashed" IS NOT MISSING',
      Parameters: ['live', { video: { version: 2 } }, 'ASSET#c#shoe', 'ASSET', 2],
    });
  });
});
