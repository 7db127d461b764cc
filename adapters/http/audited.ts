import type { ApiRoute, RouteAudit } from '@pressroom/api/route';
import {
  type AuditEnd,
  type AuditEntry,
  recordedChange,
  recordedSubjects,
} from '../../domain/companies/audit.ts';
import { Failure } from '../../domain/failure.ts';
import type { CompanyRequest } from './company-request.ts';

export interface AuditDependencies {
  /** Records that a request begins: the kilobytes of the entry in write units. */
  readonly beginAudit: (entry: Omit<AuditEntry, 'id' | 'at'>) => Promise<Pick<AuditEntry, 'company' | 'id'>>;
  /** Records its end, once: the same again. */
  readonly endAudit: (entry: Pick<AuditEntry, 'company' | 'id'>, end: AuditEnd) => Promise<void>;
}

interface Log {
  error(message: string, error: Error): void;
}

/**
 * Does the work of a request and records it in the audit, if its route is audited. The entry is written before the work:
 * if that fails, nothing was changed, and if the function dies within the work, the entry stays with the outcome
 * `unknown`. So no change is missing in the audit.
 */
export async function audited<Response>(
  route: ApiRoute,
  request: CompanyRequest<ApiRoute>,
  requestId: string,
  { audit, log }: { readonly audit: AuditDependencies; readonly log: Log },
  work: () => Promise<Response>,
): Promise<Response> {
  if (route.audit === undefined || isDryRun(request.body)) return work();
  const entry = await audit.beginAudit(entryOf(route.audit, route.operationId, request, requestId));
  try {
    const response = await work();
    await end({ outcome: 'done', ...subjectsOfResult(route.audit, response) });
    return response;
  } catch (error) {
    await end({ outcome: 'failed', code: error instanceof Failure ? error.code : 'system.fault' });
    throw error;
  }

  /** Never throws: the request has ended, whether that is recorded or not. */
  async function end(how: AuditEnd): Promise<void> {
    try {
      await audit.endAudit(entry, how);
    } catch (error) {
      log.error(
        `The audit entry ${entry.id} of ${entry.company} stays without its outcome ${how.outcome}`,
        error as Error,
      );
    }
  }
}

function entryOf(
  { kind, subject }: RouteAudit,
  operation: string,
  { company, user, params, body }: CompanyRequest<ApiRoute>,
  requestId: string,
): Omit<AuditEntry, 'id' | 'at'> {
  const given: Readonly<Record<string, unknown>> = { ...(body as object | undefined) };
  const { [subject?.in === 'body' ? subject.name : '']: named, ...change } = given;
  const from = subject?.in === 'params' ? (params as Readonly<Record<string, unknown>>)[subject.name] : named;
  return {
    company,
    by: user.subject,
    byName: user.name,
    role: user.role,
    kind,
    operation,
    ...recordedSubjects(texts(from)),
    ...recordedChange(change),
    requestId,
    outcome: 'unknown',
  };
}

function subjectsOfResult({ result }: RouteAudit, response: unknown): Partial<AuditEnd> {
  if (result === undefined) return {};
  return recordedSubjects(texts((response as Readonly<Record<string, unknown>>)[result]));
}

function texts(value: unknown): string[] {
  return [value].flat().filter((one) => typeof one === 'string');
}

function isDryRun(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'dryRun' in body && body.dryRun === true;
}
