/**
 * The API as it ships, on a memory cloud that holds the records of api-records.ts: its routes with the dependencies that
 * serve-api makes itself. Time stands still; ids and random bytes are the same each time.
 */
import { createHash } from 'node:crypto';
import { expect, vi } from 'vitest';
import type { AuditDependencies } from '../../../adapters/http/audited.ts';
import { writeCursor } from '../../../adapters/http/cursor.ts';
import { handleRequest, type ServedRoute } from '../../../adapters/http/handle-request.ts';
import { previewSettingsStore } from '../../../adapters/s3/preview-settings.ts';
import { foreignTokens } from '../../../adapters/tokens/foreign-tokens.ts';
import type { Role } from '../../../domain/companies/role.ts';
import type { Dependencies } from '../../../functions/serve-api/dependencies.ts';
import { servedRoutes } from '../../../functions/serve-api/handlers.ts';
import { httpEvent, identify, type TestRequest } from '../../adapters/http/http-event.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { memoryCloud } from '../../support/memory-cloud.ts';
import { shippedFunctions } from '../../support/shipped-functions.ts';
import { testIssuer } from '../../support/test-issuer.ts';
import { now } from './api-records.ts';
import { furnish } from './furnished-company.ts';

/** The text that a list gives for a position, without its signature: it matches `next`. */
export function cursorAt(position: unknown): unknown {
  return expect.stringMatching(new RegExp(`^${writeCursor(position)}\\.[\\w-]{22}$`));
}

/** Signs the cursors of the tests. */
export const cursorKey = new Uint8Array(32).fill(7);
export const cloud = memoryCloud({ now: () => Date.now() });

/** Resets the records to those of api-records.ts. */
export const reset = () => {
  // One after the other: two requests at once would furnish the same company.
  furnished = furnished.then(() => furnish(cloud));
  return furnished;
};
let furnished = Promise.resolve();

/** The issuer that the trust rule of the company names. */
export const issuer = await testIssuer('https://ci.example.com');

export const shipped: Dependencies = await loadDependencies();

/** What handler.ts gives to its routes. */
async function loadDependencies(): Promise<Dependencies> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(now) });
  const handlers = '../../../functions/serve-api/handlers.ts';
  const made: Dependencies[] = [];
  vi.doMock(handlers, async () => ({
    ...(await vi.importActual(handlers)),
    servedRoutes(dependencies: Dependencies) {
      made.push(dependencies);
      return [];
    },
  }));
  await shippedFunctions(cloud)('serve-api', httpEvent({ path: '/v1/openapi.json' }));
  vi.doUnmock(handlers);
  const [dependencies] = made;
  if (!dependencies) throw new Error('serve-api made no routes');
  return {
    ...dependencies,
    companies: { ...dependencies.companies, cursorKey: async () => cursorKey },
    notifications: {
      ...dependencies.notifications,
      // The world outside AWS.
      sendWebhook: async () => ({ outcome: 'responded', status: 204, body: '', truncated: false }),
    },
    foreignTokens: foreignTokens(issuer.fetchJson, () => Date.now()),
    randomBytes: (count) => new Uint8Array(count),
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    newId: () => '01M86900X103YN7W5QY1DZ2VSR',
    now: () => now,
    clock: () => Date.now(),
    log: { warn: () => {}, error: () => {} },
  };
}

type Groups = Omit<Dependencies, keyof Settings>;
type Settings = Pick<
  Dependencies,
  | 'deliveryDomain'
  | 'apiUrl'
  | 'apiEndpoint'
  | 'tokenUrl'
  | 'now'
  | 'clock'
  | 'newId'
  | 'randomBytes'
  | 'sha256'
  | 'log'
>;
type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/** Operations of all groups by their names, no two of which are the same: what a test replaces. */
export type Replacements = Partial<Intersection<Groups[keyof Groups]> & Settings>;

const settingNames: ReadonlySet<string> = new Set<keyof Settings>([
  'deliveryDomain',
  'apiUrl',
  'tokenUrl',
  'apiEndpoint',
  'now',
  'clock',
  'newId',
  'randomBytes',
  'sha256',
  'log',
]);

/** The dependencies with some operations replaced, in every group that has them. */
export function dependenciesWith(replacements: Replacements): Dependencies {
  // Settings that an environment keeps are read for each request, because the records of each are new.
  const previews = previewSettingsStore(
    cloud.clients.s3,
    cloudNames.MASTERS_BUCKET,
    shipped.randomBytes,
    Date.now,
  );
  const changed: Record<string, unknown> = { ...shipped, previews };
  for (const [name, replacement] of Object.entries(replacements)) {
    if (settingNames.has(name)) {
      changed[name] = replacement;
      continue;
    }
    for (const [group, members] of Object.entries(changed)) {
      if (typeof members === 'object' && members !== null && name in members && group !== 'log')
        changed[group] = { ...members, [name]: replacement };
    }
  }
  return changed as unknown as Dependencies;
}

/** Members of `luma` are called as their role; `stranger` is an admin of another company. */
export const findMember = async (company: string, subject: string): Promise<{ role: Role } | undefined> => {
  const role = (['viewer', 'user', 'admin'] as const).find((known) => known === subject);
  if (company === 'luma') return role && { role };
  return company === 'other' && subject === 'stranger' ? { role: 'admin' } : undefined;
};

/** Asks the API as somebody, below `/v1/companies/luma`, where everything is in order. */
export async function ask(
  subject: string | undefined,
  request: TestRequest,
  replacements: Replacements = {},
  more: readonly ServedRoute[] = [],
  audit: AuditDependencies = shipped.audit,
) {
  await reset();
  return askAgain(subject, request, replacements, more, audit);
}

/** The same, on what the requests before have left. */
export async function askAgain(
  subject: string | undefined,
  request: TestRequest,
  replacements: Replacements = {},
  more: readonly ServedRoute[] = [],
  audit: AuditDependencies = shipped.audit,
) {
  const routes = [...servedRoutes(dependenciesWith(replacements)), ...more];
  const event = httpEvent({
    ...request,
    path: `/v1/companies/luma${request.path}`,
    ...(subject === undefined ? {} : { claims: { sub: subject } }),
  });
  const faults: Error[] = [];
  const response = await handleRequest(event, routes, {
    findMember,
    identify,
    audit,
    log: { error: (_, error) => faults.push(error), info: () => {} },
  });
  return {
    status: response.statusCode,
    headers: response.headers ?? {},
    // A file is text, and shown as it is.
    body: (isJson(response.headers)
      ? JSON.parse(response.body ?? 'null')
      : { file: response.body }) as Record<string, unknown>,
    faults,
  };
}

function isJson(headers: Readonly<Record<string, unknown>> = {}): boolean {
  return /^application\/(problem\+)?json/.test(String(headers['content-type']));
}
