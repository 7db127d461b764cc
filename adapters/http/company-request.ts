import type { ApiRoute, BodyOf, ParamsOf, QueryOf } from '@pressroom/api/route';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { companyPattern } from '../../domain/companies/company-name.ts';
import type { Member } from '../../domain/companies/member.ts';
import { isAtLeast, type Role } from '../../domain/companies/role.ts';
import { Failure } from '../../domain/failure.ts';
import { checkValues } from './check-values.ts';
import { checkPercentEncoding, checkWellFormed } from './well-formed.ts';

/** Bytes. What 1,000 files or ids need is below 500 kB; API Gateway itself would let 10 MB through. */
export const maxBodyBytes = 1_000_000;

export interface CompanyUser {
  /** The issuer's `sub`: what memberships and "submitted by" hold. */
  readonly subject: string;
  /**
   * The address: the one in the token, unless its issuer calls it unverified; otherwise the one that is stored with the
   * membership, because access tokens contain none.
   */
  readonly email?: string;
  /** To show. */
  readonly name: string;
  readonly role: Role;
}

/** A request that was checked: from a member of the company, with the role the route asks for, and well formed. */
export interface CompanyRequest<Route extends ApiRoute> {
  readonly company: string;
  readonly user: CompanyUser;
  readonly params: ParamsOf<Route>;
  readonly query: QueryOf<Route>;
  readonly body: BodyOf<Route>;
  /** The `If-Match` header as it came: what the caller takes for the current state. */
  readonly ifMatch?: string;
  /** The `Idempotency-Key` header, where the route takes one: the same request with the same key is done once. */
  readonly idempotencyKey?: string;
}

export interface CompanyRequestDependencies {
  /** The claims of a token. @throws Failure `access.not-signed-in` if it is not valid; `storage.busy` */
  readonly identify: (token: string) => Promise<Readonly<Record<string, unknown>>>;
  /** A member of a company; undefined if the subject is none, or if there is no such company. */
  readonly findMember: (
    company: string,
    subject: string,
  ) => Promise<Pick<Member, 'role' | 'name' | 'email'> | undefined>;
}

/**
 * Checks the caller first and then the request, so that callers learn nothing about companies of others.
 * @param params as found by matchRoute; among them `company`
 * @throws Failure `access.not-signed-in`, `company.not-found`, `access.role-too-low` (with the fact
 * `requiredRole`), and for the request itself those of `request.*`
 */
export async function companyRequest<Route extends ApiRoute>(
  event: APIGatewayProxyEventV2,
  route: Route,
  params: Readonly<Record<string, string>>,
  dependencies: CompanyRequestDependencies,
): Promise<CompanyRequest<Route>> {
  const { subject, claims } = await signedInCaller(event, dependencies);
  const company = params.company ?? '';
  const member = companyPattern.test(company) ? await dependencies.findMember(company, subject) : undefined;
  if (member === undefined) {
    throw new Failure('company.not-found', `There is no company ${company}, or you are not a member of it`);
  }
  const { role } = member;
  if (!isAtLeast(role, route.role)) {
    throw new Failure('access.role-too-low', `This takes the role ${route.role}; yours is ${role}`, {
      facts: { requiredRole: route.role },
    });
  }

  const email = addressIn(claims) ?? member.email;
  const ifMatch = headerOf(event, 'if-match')?.trim();
  const idempotencyKey = route.idempotencyKey ? readIdempotencyKey(event) : undefined;
  return {
    company,
    ...(ifMatch ? { ifMatch } : {}),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    user: { subject, name: nameOf(claims, member) ?? subject, role, ...(email !== undefined && { email }) },
    params: checkValues(route.params, wellFormed(params)) as ParamsOf<Route>,
    query: checkValues(route.query, readQuery(event.rawQueryString ?? '')) as QueryOf<Route>,
    body: (route.body ? checkValues(route.body, readBody(event)) : refuseBody(event)) as BodyOf<Route>,
  };
}

/** Who calls, by their token. */
export interface SignedInCaller {
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** @throws Failure `access.not-signed-in` */
export async function signedInCaller(
  event: APIGatewayProxyEventV2,
  { identify }: Pick<CompanyRequestDependencies, 'identify'>,
): Promise<SignedInCaller> {
  const token =
    headerOf(event, 'authorization')
      ?.replace(/^Bearer\s+/i, '')
      .trim() ?? '';
  const claims = token === '' ? {} : await identify(token);
  const subject = claims.sub;
  if (typeof subject !== 'string' || subject === '')
    throw new Failure('access.not-signed-in', 'The request bears no valid token');
  return { subject, claims };
}

/** In an access token of Cognito, `username` is no name but the subject once more. */
function nameOf(
  claims: Readonly<Record<string, unknown>>,
  member: Pick<Member, 'name' | 'email'>,
): string | undefined {
  const { email, 'cognito:username': cognitoName, username, name } = claims;
  return [member.name, email, member.email, cognitoName, username, name].find(
    (text): text is string => typeof text === 'string' && text !== '',
  );
}

export function addressIn(claims: Readonly<Record<string, unknown>>): string | undefined {
  const { email, email_verified: verified } = claims;
  if (typeof email !== 'string' || !email.includes('@')) return undefined;
  return String(verified ?? true) === 'true' ? email : undefined;
}

function readIdempotencyKey(event: APIGatewayProxyEventV2): string | undefined {
  const key = headerOf(event, 'idempotency-key')?.trim();
  if (key === undefined || /^[\x21-\x7E]{1,255}$/.test(key)) return key;
  const message = 'must have 1 to 255 visible ASCII characters';
  throw new Failure('request.invalid', `Idempotency-Key: ${message}`, {
    details: [{ field: 'Idempotency-Key', message }],
  });
}

export function readQuery(rawQueryString: string): Record<string, string> {
  checkPercentEncoding(rawQueryString, 'query');
  const entries = [...new URLSearchParams(rawQueryString)];
  const names = entries.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new Failure('request.invalid', `${twice}: is given twice`, {
      details: [{ field: twice, message: 'is given twice' }],
    });
  }
  return wellFormed(Object.fromEntries(entries));
}

function wellFormed<Values>(values: Values): Values {
  checkWellFormed(values);
  return values;
}

/** @returns undefined for an empty body: whether that will do is the schema's to say */
export function readBody(event: APIGatewayProxyEventV2): unknown {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length === 0) return undefined;
  if (bytes.length > maxBodyBytes) {
    throw new Failure(
      'request.too-large',
      `The body has ${bytes.length} bytes; at most ${maxBodyBytes} are taken`,
    );
  }
  const type = headerOf(event, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new Failure(
      'request.unsupported-media-type',
      `The body is ${type ? `of type ${type}` : 'of no named type'}; send application/json`,
    );
  }
  // A gateway that passes a body on as text has replaced all bytes that are not UTF-8 by U+FFFD.
  if (!event.isBase64Encoded && event.body?.includes('\uFFFD')) throw notUtf8();
  return wellFormed(parseJson(bytes));
}

function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw notUtf8(cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('request.not-json', 'The body cannot be read as JSON', { cause });
  }
}

function notUtf8(cause?: unknown): Failure {
  return new Failure(
    'request.not-json',
    'The body is not JSON in UTF-8: it has bytes that are no characters',
    {
      cause,
    },
  );
}

function refuseBody(event: APIGatewayProxyEventV2): undefined {
  if (event.body === undefined || event.body === '' || event.requestContext.http.method === 'GET') return;
  // `{}` is what many clients send where they have nothing to say.
  const body = readBody(event);
  if (typeof body === 'object' && body !== null && Object.keys(body).length === 0) return;
  throw new Failure('request.invalid', 'body: nothing is taken here', {
    details: [{ field: 'body', message: 'nothing is taken here' }],
  });
}

function headerOf(event: APIGatewayProxyEventV2, name: string): string | undefined {
  return Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}
