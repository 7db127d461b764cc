/**
 * `npm run -s token -- <role>`: prints a token of the running local cloud for the login of that role, good for an hour.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { type Login, signIn } from './sample-users.ts';

interface Endpoints {
  readonly region: string;
  readonly cognito: { readonly endpoint: string; readonly userPoolId: string; readonly clientId: string };
  readonly logins: readonly Login[];
}

const file = join(import.meta.dirname, '..', '.local', 'endpoints.json');
if (!existsSync(file)) fail('The local cloud has not been started yet: run npm start.');
const endpoints = JSON.parse(readFileSync(file, 'utf8')) as Endpoints;
const role = process.argv[2] ?? 'user';
const login = endpoints.logins.find((candidate) => candidate.role === role);
if (!login)
  fail(
    `There is no login for "${role}". There are: ${endpoints.logins.map((known) => known.role).join(', ')}.`,
  );

const cognito = new CognitoIdentityProviderClient({
  region: endpoints.region,
  endpoint: endpoints.cognito.endpoint,
  // InitiateAuth is not signed with AWS credentials; the client wants some all the same.
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
});
try {
  console.log(await signIn({ cognito, clientId: endpoints.cognito.clientId }, login));
} catch (error) {
  fail(
    `The local cloud gives no token (is npm start running?): ${error instanceof Error ? error.message : error}`,
  );
}

function fail(text: string): never {
  console.error(text);
  process.exit(1);
}
