import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { writeCsv } from '../../../adapters/csv/write-csv.ts';
import type { AssetPosition } from '../../../adapters/dynamodb/assets/asset-list-store.ts';
import { attachment } from '../../../adapters/http/attachment.ts';
import { logTypes } from '../../../adapters/s3/log-exports.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { invalidField } from '../../../domain/failure.ts';
import { isWithin } from '../../../domain/library/folder-path.ts';
import { metadataTable } from '../../../domain/library/metadata-table.ts';
import { utf8Bytes } from '../../../domain/utf8-bytes.ts';
import type { Dependencies } from '../dependencies.ts';
import type { RequestOf } from '../handler-types.ts';

/** Assets of a table: as many as an import takes. */
const maxAssets = 1_000;

/** Assets that are read together. */
const pageSize = 100;

/**
 * Bytes of metadata after which a table ends, one page later: 100 assets have 3.2 MB at most, and Lambda takes responses
 * of 6 MB.
 */
const maxBytes = 1_000_000;

/** Milliseconds for the reading of a table. */
const maxTime = 15_000;

/** A table of assets. One that is cut names the address of the next. */
export async function exportMetadata(
  { company, query }: Pick<RequestOf<'exportMetadata'>, 'company' | 'query'>,
  { assets: { listAssets }, library: { getMetadataSchema }, clock, now, apiUrl }: Dependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { folder, below } = query;
  const until = clock() + maxTime;
  const schema = await getMetadataSchema(company);
  const assets: Asset[] = [];
  let bytes = 0;
  let after = readPosition(query);
  do {
    const page = await listAssets(company, { limit: pageSize, after, folder, below: below === 'true' });
    assets.push(...page.items);
    for (const { title, description, altText, keywords, fields } of page.items)
      bytes += utf8Bytes(JSON.stringify([title, description, altText, keywords, fields]));
    after = page.next;
  } while (after !== undefined && assets.length < maxAssets && bytes < maxBytes && clock() < until);
  const next = new URLSearchParams({
    ...(folder !== undefined && { folder }),
    below,
    ...(after !== undefined && { afterFolder: after.folder, afterId: after.id }),
  });
  return {
    statusCode: 200,
    headers: {
      'content-type': logTypes.csv,
      'content-disposition': attachment(`${company} metadata ${now().slice(0, 10)}.csv`),
      'cache-control': 'no-store',
      ...(after !== undefined && {
        link: `<${apiUrl}/v1/companies/${company}/metadata/export?${next}>; rel="next"`,
      }),
    },
    body: writeCsv(metadataTable(assets, schema)),
  };
}

/** @throws Failure for a position that no table of these folders gives: DynamoDB refuses it */
function readPosition({
  folder,
  below,
  afterFolder,
  afterId,
}: RequestOf<'exportMetadata'>['query']): AssetPosition | undefined {
  // The contract lets only both or none pass.
  if (afterFolder === undefined || afterId === undefined) return undefined;
  const isInScope =
    folder === undefined || afterFolder === folder || (below === 'true' && isWithin(afterFolder, folder));
  if (!isInScope)
    throw invalidField(
      'afterFolder',
      `is ${afterFolder}, which is not in ${folder}: it must be from the header Link of the table before`,
    );
  return { folder: afterFolder, id: afterId };
}
