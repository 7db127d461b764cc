import { Agent, request } from 'node:http';
import type { Permissions, ServiceEndpoint } from '../cloud-services.ts';
import { accessDeniedMessage } from '../permissions/access-denied.ts';
import { withBackendStatements } from './backend-statements.ts';
import { neededPermissions } from './needed-permissions.ts';

/** The database behind the endpoint: it gets the calls that IAM allows. */
export interface DynamodbBackend {
  readonly endpoint: string;
  /** Signs for a backend that checks signatures; Dynoxide does not. */
  sign?(call: { headers: Record<string, string>; body: Buffer }): Promise<Record<string, string>>;
}

/**
 * DynamoDB with permissions: IAM decides about each call, which then goes to the backend. Only PartiQL statements are changed,
 * see backend-statements.ts.
 */
export function createDynamodbEndpoint(options: {
  readonly backend: DynamodbBackend;
  readonly permissions: Permissions;
  readonly region: string;
  readonly account: string;
}): ServiceEndpoint {
  const { backend, permissions, region, account } = options;
  const target = new URL(backend.endpoint);
  const agent = new Agent({ keepAlive: true });
  const tableArn = (name: string): string => `arn:aws:dynamodb:${region}:${account}:table/${name}`;

  return async ({ method, headers, body: received, principal }) => {
    const operation = (headers['x-amz-target'] ?? '').replace(/^DynamoDB_\d+\./, '');
    const call = parse(received);
    for (const { action, resource } of neededPermissions(operation, call, tableArn)) {
      if (await permissions.allows(principal, action, resource)) continue;
      return failure('AccessDeniedException', accessDeniedMessage(principal, action, resource));
    }
    const rewritten = withBackendStatements(operation, call);
    const body = rewritten === undefined ? received : Buffer.from(JSON.stringify(rewritten));
    const forwarded = { ...headers, host: target.host, 'content-length': String(body.length) };
    const signed = backend.sign ? await backend.sign({ headers: forwarded, body }) : forwarded;
    return new Promise((resolve, reject) => {
      const forwarding = request(target, { method, headers: signed, agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 502,
            headers: endToEndHeaders(response.headers),
            body: Buffer.concat(chunks),
          }),
        );
      });
      forwarding.on('error', reject);
      forwarding.end(body);
    });
  };
}

const connectionHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);

function endToEndHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !connectionHeaders.has(name))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')]),
  );
}

function failure(
  type: string,
  message: string,
): { status: number; headers: Record<string, string>; body: string } {
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ __type: `com.amazon.coral.service#${type}`, Message: message }),
  };
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    // The backend reports the error.
    return {};
  }
}
