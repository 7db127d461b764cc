import { shortLivedPrefix } from '../../domain/jobs/job-file-names.ts';

/**
 * What the routes of serve-api-search call, as `<action> <place>`, where the place is the id of a construct with the key
 * pattern of objects or the index of a table. One test compares it with the calls of the routes, another with the role in
 * the template.
 */
export const searchPermissions: readonly string[] = [
  'dynamodb:BatchGetItem AssetTable',
  'dynamodb:GetItem JobTable',
  'dynamodb:GetItem SecretTable',
  'dynamodb:PutItem SecretTable',
  'dynamodb:Query AssetTable/index/byName',
  'dynamodb:Query JobTable',
  'dynamodb:Query JobTable/index/active',
  'dynamodb:Query JobTable/index/byTime',
  's3:GetObject JobsBucket/_search/*',
  `s3:GetObject JobsBucket/${shortLivedPrefix}*/search/*`,
  's3:GetObject MastersBucket/*',
  's3:GetObjectVersion MastersBucket/*',
  's3:ListBucket JobsBucket',
  // For 404 instead of 403 where a company has no preview key yet.
  's3:ListBucket MastersBucket',
  's3:PutObject JobsBucket/_search/*',
  `s3:PutObject JobsBucket/${shortLivedPrefix}*/search/*`,
  's3:PutObject MastersBucket/*/settings/preview.json',
  'sqs:SendMessage IndexesToRebuildQueue',
];
