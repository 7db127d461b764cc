import type { MetadataSchemaStore } from '../../../adapters/dynamodb/library/metadata-schema-store.ts';
import type { MetadataSchema } from '../../../domain/library/metadata-schema.ts';
import type { metadataRoutes } from '../../../packages/api/library/metadata-routes.ts';
import type { ResponseOf } from '../../../packages/api/route.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export type MetadataSchemaDependencies = MetadataSchemaStore & { readonly now: () => string };

type MetadataSchemaResponse = ResponseOf<typeof metadataRoutes.readMetadataSchema>;

export async function readMetadataSchema(
  { company }: Pick<RequestOf<'readMetadataSchema'>, 'company'>,
  { getMetadataSchema }: Pick<MetadataSchemaDependencies, 'getMetadataSchema'>,
): PromisedResponse<'readMetadataSchema'> {
  return toMetadataSchemaResponse(await getMetadataSchema(company));
}

/** Replaces the schema as a whole; what assets have already is not looked at. */
export async function writeMetadataSchema(
  { company, user, body }: RequestOf<'writeMetadataSchema'>,
  { putMetadataSchema, now }: MetadataSchemaDependencies,
): PromisedResponse<'writeMetadataSchema'> {
  const schema = { ...body, modified: now(), modifiedBy: user.subject };
  await putMetadataSchema(company, schema);
  return toMetadataSchemaResponse(schema);
}

function toMetadataSchemaResponse(schema: MetadataSchema): MetadataSchemaResponse {
  return {
    ...schema,
    fields: schema.fields.map((field) =>
      field.type === 'choice' ? { ...field, values: [...field.values] } : field,
    ),
  };
}
