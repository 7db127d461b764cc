import type { MetadataSchemaRecords } from '../../../adapters/dynamodb/library/metadata-schema-records.ts';
import type { MetadataSchema } from '../../../domain/library/metadata-schema.ts';
import type { metadataRoutes } from '../../../packages/api/library/metadata-routes.ts';
import type { AnswerOf } from '../../../packages/api/route.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';

export type MetadataSchemaDependencies = MetadataSchemaRecords & { readonly now: () => string };

type SchemaAnswer = AnswerOf<typeof metadataRoutes.readMetadataSchema>;

export async function readMetadataSchema(
  { company }: Pick<RequestOf<'readMetadataSchema'>, 'company'>,
  { getMetadataSchema }: Pick<MetadataSchemaDependencies, 'getMetadataSchema'>,
): ReplyOf<'readMetadataSchema'> {
  return schemaAnswer(await getMetadataSchema(company));
}

/** Replaces the schema as a whole; what assets have already is not looked at. */
export async function writeMetadataSchema(
  { company, user, body }: RequestOf<'writeMetadataSchema'>,
  { putMetadataSchema, now }: MetadataSchemaDependencies,
): ReplyOf<'writeMetadataSchema'> {
  const schema = { ...body, modified: now(), modifiedBy: user.subject };
  await putMetadataSchema(company, schema);
  return schemaAnswer(schema);
}

function schemaAnswer(schema: MetadataSchema): SchemaAnswer {
  return {
    ...schema,
    fields: schema.fields.map((field) =>
      field.type === 'choice' ? { ...field, values: [...field.values] } : field,
    ),
  };
}
