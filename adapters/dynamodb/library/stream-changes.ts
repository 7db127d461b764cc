/** Records of the asset table's stream as changes of the search indexes. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { type IndexChange, sequenceDigits, toIndexedAsset } from '../../../domain/library/indexed-asset.ts';
import { assetOf } from '../assets/asset-store.ts';
import { assetKey, memberOfKey } from '../keys.ts';

const itemPrefix = assetKey('', '').pk.slice(0, -1);
const recordKey = assetKey('', '').sk;
const usePrefix = memberOfKey('', '', '').sk;

/** The changes of each company. Records of other items are ignored. */
export function changesOf(records: readonly DynamoDBRecord[]): Map<string, IndexChange[]> {
  const byCompany = new Map<string, IndexChange[]>();
  for (const { dynamodb } of records) {
    const { Keys, NewImage, SequenceNumber = '', ApproximateCreationDateTime = 0 } = dynamodb ?? {};
    const [pk, sk] = [Keys?.pk?.S ?? '', Keys?.sk?.S ?? ''];
    const [, company, id] = /^([^#]+)#(.+)$/su.exec(pk.slice(itemPrefix.length)) ?? [];
    if (!pk.startsWith(itemPrefix) || company === undefined || id === undefined) continue;
    const order = {
      sequence: SequenceNumber.padStart(sequenceDigits, '0'),
      at: new Date(ApproximateCreationDateTime * 1_000).toISOString(),
    };
    const change = changeOf(id, sk, NewImage as Record<string, AttributeValue> | undefined);
    if (change) byCompany.set(company, [...(byCompany.get(company) ?? []), { ...change, ...order }]);
  }
  return byCompany;
}

type Unordered<Change> = Change extends unknown ? Omit<Change, 'sequence' | 'at'> : never;

function changeOf(
  id: string,
  sk: string,
  image: Record<string, AttributeValue> | undefined,
): Unordered<IndexChange> | undefined {
  if (sk.startsWith(usePrefix))
    return { kind: 'use', member: id, set: sk.slice(usePrefix.length), shown: image !== undefined };
  if (sk !== recordKey) return undefined;
  const asset = image && assetOf(unmarshall(image));
  return asset === undefined || asset.trashed !== undefined
    ? { kind: 'asset', id }
    : { kind: 'asset', id, asset: toIndexedAsset(asset) };
}
