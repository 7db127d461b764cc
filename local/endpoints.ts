import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '@pressroom/local-aws/start-cloud';
import type { Login } from './sample-users.ts';

/** Addresses and logins of the local cloud, in `.local/endpoints.json` for other programs. */
export interface Endpoints {
  readonly company: string;
  readonly api: string;
  /** The web console. */
  readonly console: string;
  /** The documentation. */
  readonly site: string;
  /** The edge without TLS. */
  readonly 'delivery-plain': string;
  readonly region: string;
  readonly dynamodb: string;
  readonly jobTable: string;
  /** File with the PEM of the edge's certificate. */
  readonly certificate: string;
  /** Keys that may do everything in the local cloud, and nothing elsewhere. */
  readonly rootCredentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly cognito: { readonly endpoint: string; readonly userPoolId: string; readonly clientId: string };
  readonly logins: readonly Login[];
}

const file = join(import.meta.dirname, '..', '.local', 'endpoints.json');

/** The file contains passwords and credentials, therefore only its owner may read it. */
export function writeEndpoints(cloud: Cloud, company: string, logins: readonly Login[]): void {
  const endpoints: Endpoints & Readonly<Record<string, unknown>> = {
    company,
    ...cloud.addresses,
    api: addressOf(cloud, 'api'),
    console: addressOf(cloud, 'console-plain'),
    site: addressOf(cloud, 'site-plain'),
    'delivery-plain': addressOf(cloud, 'delivery-plain'),
    region: cloud.region,
    cognito: {
      endpoint: cloud.ministackEndpoint,
      userPoolId: outputOf(cloud, 'UserPoolId'),
      clientId: outputOf(cloud, 'UserPoolClientId'),
    },
    s3: cloud.ministackEndpoint,
    dynamodb: cloud.ownEndpoint,
    jobTable: outputOf(cloud, 'JobTable'),
    certificate: cloud.certificateFile,
    rootCredentials: cloud.rootCredentials,
    logins,
  };
  writeFileSync(file, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
}

/** Undefined before the first start. */
export function readEndpoints(): Endpoints | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Endpoints) : undefined;
}

/** @throws Error where the template has no such output */
export function outputOf(cloud: Pick<Cloud, 'outputs'>, name: string): string {
  const value = cloud.outputs[name];
  if (value === undefined) throw new Error(`The stacks have no output "${name}"`);
  return value;
}

/** @throws Error where the local cloud has no such address */
export function addressOf(cloud: Pick<Cloud, 'addresses'>, name: string): string {
  const address = cloud.addresses[name];
  if (address === undefined) throw new Error(`The local cloud has no address "${name}"`);
  return address;
}
