import { randomUUID } from 'node:crypto';
import type { Permissions, ServiceEndpoint } from '../cloud-services.ts';
import { CloudFrontError, type Invalidation, type Invalidations } from './invalidations.ts';

/** A distribution as the API of the local CloudFront knows it. */
export interface KnownDistribution {
  readonly arn: string;
  readonly invalidations: Invalidations;
}

interface Dependencies {
  readonly account: string;
  readonly distributions: ReadonlyMap<string, KnownDistribution>;
  readonly permissions: Pick<Permissions, 'allows'>;
}

const namespace = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';
const defaultPage = 100;

/**
 * CreateInvalidation, GetInvalidation and ListInvalidations of CloudFront's API (REST with XML, version 2020-05-31).
 * Everything else is refused by name.
 */
export function createCloudFrontEndpoint({
  account,
  distributions,
  permissions,
}: Dependencies): ServiceEndpoint {
  type Request = Parameters<ServiceEndpoint>[0];

  async function authorise(request: Request, action: string, id: string): Promise<KnownDistribution> {
    const arn = `arn:aws:cloudfront::${account}:distribution/${id}`;
    if (!(await permissions.allows(request.principal, action, arn))) {
      throw new CloudFrontError(
        403,
        'AccessDenied',
        `User: ${request.principal} is not authorized to perform: ${action} on resource: ${arn}`,
      );
    }
    const found = distributions.get(id);
    if (!found)
      throw new CloudFrontError(404, 'NoSuchDistribution', 'The specified distribution does not exist.');
    return found;
  }

  async function respond(request: Request) {
    const [, id, invalidationId] =
      /^\/2020-05-31\/distribution\/([^/]+)\/invalidation(?:\/([^/]+))?\/?$/.exec(request.path) ?? [];
    if (id && request.method === 'POST' && !invalidationId) {
      const { invalidations } = await authorise(request, 'cloudfront:CreateInvalidation', id);
      const invalidation = invalidations.create(parseBatch(request.body.toString('utf8')));
      const location = `https://cloudfront.amazonaws.com/2020-05-31/distribution/${id}/invalidation/${invalidation.id}`;
      return xml(201, invalidationXml(invalidation), { location });
    }
    if (id && request.method === 'GET' && invalidationId) {
      const { invalidations } = await authorise(request, 'cloudfront:GetInvalidation', id);
      const invalidation = invalidations.get(invalidationId);
      if (!invalidation) {
        throw new CloudFrontError(404, 'NoSuchInvalidation', 'The specified invalidation does not exist.');
      }
      return xml(200, invalidationXml(invalidation));
    }
    if (id && request.method === 'GET') {
      const { invalidations } = await authorise(request, 'cloudfront:ListInvalidations', id);
      return xml(200, listXml(invalidations.list(), request.query));
    }
    throw new CloudFrontError(
      501,
      'NotImplemented',
      `The local CloudFront implements only invalidations, not ${request.method} ${request.path}.`,
    );
  }

  return async (request) => {
    try {
      return await respond(request);
    } catch (error) {
      if (!(error instanceof CloudFrontError)) throw error;
      const type = error.status < 500 ? 'Sender' : 'Receiver';
      return xml(
        error.status,
        `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${error.code}</Code>` +
          `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
      );
    }
  };
}

function xml(status: number, body: string, headers: Record<string, string> = {}) {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': randomUUID(), ...headers },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}

function invalidationXml({ id, status, createTime, items, callerReference }: Invalidation): string {
  const paths = items.map((item) => `<Path>${escapeXml(item)}</Path>`).join('');
  return (
    `<Invalidation xmlns="${namespace}"><Id>${id}</Id><Status>${status}</Status>` +
    `<CreateTime>${createTime.toISOString()}</CreateTime><InvalidationBatch><Paths><Quantity>${items.length}</Quantity>` +
    `<Items>${paths}</Items></Paths><CallerReference>${escapeXml(callerReference)}</CallerReference>` +
    '</InvalidationBatch></Invalidation>'
  );
}

function listXml(all: readonly Invalidation[], query: URLSearchParams): string {
  const marker = query.get('Marker') ?? '';
  const size = Number(query.get('MaxItems') ?? defaultPage);
  const start = marker === '' ? 0 : all.findIndex(({ id }) => id === marker) + 1;
  const page = all.slice(start, start + size);
  const truncated = start + size < all.length;
  const next = truncated ? `<NextMarker>${page.at(-1)?.id ?? ''}</NextMarker>` : '';
  const items = page
    .map(
      ({ id, status, createTime }) =>
        `<InvalidationSummary><Id>${id}</Id><CreateTime>${createTime.toISOString()}</CreateTime>` +
        `<Status>${status}</Status></InvalidationSummary>`,
    )
    .join('');
  return (
    `<InvalidationList xmlns="${namespace}"><Marker>${escapeXml(marker)}</Marker>${next}<MaxItems>${size}</MaxItems>` +
    `<IsTruncated>${truncated}</IsTruncated><Quantity>${page.length}</Quantity><Items>${items}</Items></InvalidationList>`
  );
}

/** Parses an InvalidationBatch. Its elements have no attributes except the namespace. */
function parseBatch(text: string): { callerReference: string; items: string[] } {
  const element = (name: string) =>
    new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`).exec(text)?.[1];
  if (text.trim() === '') throw new CloudFrontError(400, 'MissingBody', 'This operation requires a body.');
  const callerReference = element('CallerReference');
  const paths = element('Paths');
  if (!callerReference || paths === undefined) {
    throw new CloudFrontError(
      400,
      'InvalidArgument',
      'An InvalidationBatch needs CallerReference and Paths.',
    );
  }
  const items = [...paths.matchAll(/<Path>([\s\S]*?)<\/Path>/g)].map(([, path]) => unescapeXml(path ?? ''));
  if (items.length === 0)
    throw new CloudFrontError(400, 'InvalidArgument', 'There is no path to invalidate.');
  if (Number(element('Quantity')) !== items.length) {
    throw new CloudFrontError(
      400,
      'InconsistentQuantities',
      'The value of Quantity and the size of Items do not match.',
    );
  }
  return { callerReference: unescapeXml(callerReference), items };
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]+|#\d+|amp|lt|gt|quot|apos);/g, (_, entity: string) => {
    if (!entity.startsWith('#')) return entities[entity] ?? '';
    const code = entity.startsWith('#x') ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
    return String.fromCodePoint(code);
  });
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
