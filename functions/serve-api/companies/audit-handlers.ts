import type { auditRoutes } from '@pressroom/api/companies/audit-routes';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { writeCsv } from '../../../adapters/csv/write-csv.ts';
import { attachment } from '../../../adapters/http/attachment.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { logTypes } from '../../../adapters/s3/log-exports.ts';
import type { AuditEntry, AuditFilters } from '../../../domain/companies/audit.ts';
import { utf8Bytes } from '../../../domain/utf8-bytes.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { pick } from '../pick.ts';

const position = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);

async function listAudit(
  { company, query }: Pick<RequestOf<'listAudit'>, 'company' | 'query'>,
  { audit }: Dependencies,
): PromisedResponse<'listAudit'> {
  const { limit, cursor, order } = query;
  const after = readCursor(position, cursor);
  const page = await audit.listAudit(company, filtersOf(query), { limit, after, order });
  return {
    items: page.items.map(toAuditResponse),
    ...(page.next === undefined ? {} : { next: writeCursor(page.next) }),
  };
}

type AuditQuery = Pick<
  RequestOf<'listAudit'>['query'],
  'by' | 'kind' | 'operation' | 'subject' | 'from' | 'to'
>;

function filtersOf({ by, kind, operation, subject, from, to }: AuditQuery): AuditFilters {
  return { by, kinds: kind, operation, subject, from, to };
}

function toAuditResponse(entry: AuditEntry) {
  return {
    ...pick(entry, ['id', 'at', 'by', 'byName', 'role', 'kind', 'operation', 'subjects', 'subjectCount']),
    ...pick(entry, ['change', 'requestId', 'outcome', 'code']),
  };
}

/** Entries of a file. They have some 500 bytes. */
const maxEntries = 5_000;

/** Bytes after which a file ends, one page later: Lambda takes responses of 6 MB, in which the text is part of JSON. */
const maxBytes = 2_000_000;

/** Entries that are read together. */
const pageSize = 500;

/** Milliseconds for the reading of a file. */
const maxTime = 15_000;

/** The audit as a file. One that is cut names the address of the next. */
async function exportAudit(
  { company, query }: Pick<RequestOf<'exportAudit'>, 'company' | 'query'>,
  { audit, clock, now, apiUrl }: Dependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { format, after, ...given } = query;
  const until = clock() + maxTime;
  const lines: string[] = format === 'csv' ? [writeCsv([columns])] : [];
  let bytes = 0;
  let last = after;
  let isCut: boolean;
  do {
    const page = await audit.listAudit(company, filtersOf(given), {
      limit: pageSize,
      after: last,
      order: 'asc',
    });
    for (const entry of page.items) {
      const line = format === 'csv' ? csvRow(entry) : `${JSON.stringify(toAuditResponse(entry))}\n`;
      lines.push(line);
      bytes += utf8Bytes(line);
    }
    isCut = page.next !== undefined;
    last = page.next;
  } while (isCut && lines.length < maxEntries && bytes < maxBytes && clock() < until);
  const next = new URLSearchParams(
    Object.entries({ ...given, kind: given.kind?.join(','), format, after: last }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  return {
    statusCode: 200,
    headers: {
      'content-type': logTypes[format],
      'content-disposition': attachment(`${company} audit ${now().slice(0, 10)}.${format}`),
      'cache-control': 'no-store',
      ...(isCut && { link: `<${apiUrl}/v1/companies/${company}/audit/export?${next}>; rel="next"` }),
    },
    body: lines.join(''),
  };
}

const columns = [
  'at',
  'by',
  'byName',
  'role',
  'kind',
  'operation',
  'subjects',
  'subjectCount',
  'change',
  'outcome',
  'code',
  'requestId',
  'id',
] as const;

/** Several subjects are lines of one cell. */
function csvRow(entry: AuditEntry): string {
  const cells = columns.map((column) => {
    if (column === 'subjects') return entry.subjects.join('\n');
    if (column === 'change') return entry.change && JSON.stringify(entry.change);
    return entry[column];
  });
  return writeCsv([cells]);
}

export const auditHandlers = {
  listAudit,
  exportAudit: { respond: exportAudit },
} satisfies HandlersOf<typeof auditRoutes>;
