import * as z from 'zod';
import { auditKinds, auditOutcomes } from '../../../domain/companies/audit.ts';
import { roles } from '../../../domain/companies/role.ts';
import { defineRoute } from '../route.ts';
import { commaSeparated, companyParams, count, page, pageOf, time, withoutControls } from '../values.ts';

/** The audit of a company: who changed what, and when. */

const entryId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be the 26 characters of the id of an entry')
  .meta({ description: 'Id of the entry', example: '01JDEZ3T5V0A1B2C3D4E5F6G7H' });

const text = (what: string, example: string) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(500, 'must have at most 500 characters')
    .refine(...withoutControls)
    .normalize('NFC')
    .optional()
    .meta({ description: what, example });

const filters = {
  by: text('Only what the member with this subject did', '5f0c2f0e-7d1c-4c59-9d0f-3f1b6f7a8b9c'),
  kind: commaSeparated(auditKinds, 'kind').meta({
    description: 'Only this kind of entry, or several, separated by commas',
    example: 'members,secrets',
  }),
  operation: text('Only requests of this operation', 'editSettings'),
  subject: text('Only what was done to this member, preset, secret, schedule, job or asset', 'red-shoe'),
  from: time.optional(),
  to: time.optional(),
};

const auditEntry = z
  .strictObject({
    id: entryId,
    at: time,
    by: z.string().meta({ description: 'Subject of the member' }),
    byName: z.string().meta({ description: 'Name of the member at that time' }),
    role: z.enum(roles).meta({ description: 'Role of the member at that time' }),
    kind: z.enum(auditKinds),
    operation: z.string().meta({ description: 'Operation of the API', example: 'editSettings' }),
    subjects: z
      .array(z.string())
      .readonly()
      .meta({ description: 'What the request named or made. Very many are cut' }),
    subjectCount: count.meta({ description: 'How many there were' }),
    change: z
      .record(z.string(), z.unknown())
      .readonly()
      .optional()
      .meta({ description: 'What the request sent. Missing if it has more than 16,000 bytes' }),
    requestId: z.string(),
    outcome: z.enum(auditOutcomes).meta({
      description:
        '`unknown`: nothing recorded the end of the request. `failed`: it was refused, or failed after a part of it was done',
    }),
    code: z.string().optional().meta({ description: 'Code of the error' }),
  })
  .meta({ id: 'AuditEntry' });

export const auditRoutes = {
  listAudit: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/audit',
    operationId: 'listAudit',
    summary: 'List who changed settings, members, secrets and presets, and who purged or invalidated assets',
    role: 'admin',
    params: companyParams,
    query: z.strictObject({
      ...page,
      order: z.enum(['asc', 'desc'], 'must be asc or desc').default('desc').meta({
        description: '`desc`: newest first',
      }),
      ...filters,
    }),
    response: {
      status: 200,
      description:
        'A page of entries. With filters a page may be short or empty and still have a `next`, because one request reads for 5 seconds at most',
      schema: pageOf(auditEntry),
    },
    failures: [],
  }),

  exportAudit: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/audit/export',
    operationId: 'exportAudit',
    summary: 'Download the audit as a file, oldest entry first, with filters',
    role: 'admin',
    params: companyParams,
    query: z.strictObject({
      format: z.enum(['jsonl', 'csv'], 'must be jsonl or csv').default('jsonl').meta({
        description: '`jsonl`: one line of JSON per entry. `csv`: a table by RFC 4180 with a header',
      }),
      after: entryId.optional().meta({
        description:
          'Only entries after this one: the address in the header `Link` of a file that is cut has it',
      }),
      ...filters,
    }),
    response: {
      status: 200,
      description:
        'The file, as an attachment, with up to 5,000 entries. If there are more, the header `Link` has the address of the next file with `rel="next"`',
      schema: z.never(),
      files: ['application/x-ndjson', 'text/csv'],
      filesOnly: true,
    },
    failures: [],
  }),
};
