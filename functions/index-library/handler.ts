import type { DynamoDBStreamEvent } from 'aws-lambda';
import { ulid } from 'ulid';
import { s3Client } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logged } from '../../adapters/runtime/logger.ts';
import { indexFiles } from '../../adapters/s3/index-files.ts';
import { environment } from './env.ts';
import { indexLibrary } from './index-library.ts';

const { JOBS_BUCKET } = readEnvironment(environment);

const dependencies = { ...indexFiles(s3Client(), JOBS_BUCKET), clock: Date.now, newId: ulid };

export const handler = logged((event: DynamoDBStreamEvent) => indexLibrary(event, dependencies));
