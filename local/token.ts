/**
 * `npm run -s token -- <role>`: prints a token of the running local cloud for the login with that role. The token
 * expires after one hour.
 */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { readEndpoints } from './endpoints.ts';
import { signIn } from './sample-users.ts';

const endpoints = readEndpoints() ?? fail('The local cloud has not been started yet: run npm start.');
const role = process.argv[2] ?? 'user';
const login = endpoints.logins.find((candidate) => candidate.role === role);
if (!login)
  fail(`There is no login "${role}". Use one of: ${endpoints.logins.map((known) => known.role).join(', ')}.`);

const cognito = new CognitoIdentityProviderClient({
  region: endpoints.region,
  endpoint: endpoints.cognito.endpoint,
  // InitiateAuth is not signed with AWS credentials, but the SDK requires some.
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
});
try {
  console.log(await signIn({ cognito, clientId: endpoints.cognito.clientId }, login));
} catch (error) {
  fail(
    `The local cloud gave no token. Is npm start running? ${error instanceof Error ? error.message : error}`,
  );
}

function fail(text: string): never {
  console.error(text);
  process.exit(1);
}
