import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readEndpoints } from '../local/endpoints.ts';
import { fetchDelivered } from '../local/fetch-delivered.ts';
import type { SmokeTarget } from './smoke-target.ts';

/** Milliseconds. */
const patienceMs = 60_000;

/**
 * The local cloud that `npm start` runs.
 * @throws Error where it was never started
 */
export function localTarget(): SmokeTarget {
  const endpoints = readEndpoints();
  if (!endpoints) throw new Error('The local cloud has not been started yet: run npm start');
  const { region, cognito, dynamodb, jobTable, rootCredentials: credentials } = endpoints;
  const certificate = readFileSync(endpoints.certificate, 'utf8');
  return {
    apiUrl: endpoints.api,
    directory: {
      cognito: new CognitoIdentityProviderClient({ region, credentials, endpoint: cognito.endpoint }),
      dynamodb: new DynamoDBClient({ region, credentials, endpoint: dynamodb }),
      userPoolId: cognito.userPoolId,
      clientId: cognito.clientId,
      jobTable,
    },
    patienceMs,
    deliver: (url, headers) => fetchDelivered(url, certificate, headers),
    async waitUntil(time) {
      await wait(Math.max(0, time - Date.now()));
    },
  };
}
