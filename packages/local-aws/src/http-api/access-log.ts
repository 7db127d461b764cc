import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** The `$context` variables of one request, without `$context.`: `requestId`, `identity.sourceIp`, `authorizer.claims.sub`, … */
export type AccessLogContext = Readonly<Record<string, string | number | undefined>>;

/** For stages without an access log: the local one is always written. */
const defaultFormat =
  '{"requestId":"$context.requestId","time":"$context.requestTime","ip":"$context.identity.sourceIp","routeKey":"$context.routeKey","path":"$context.path","status":"$context.status","responseLength":"$context.responseLength","responseLatency":"$context.responseLatency","error":"$context.error.message","integrationError":"$context.integrationErrorMessage","authorizerError":"$context.authorizer.error"}';

/** A line of the access log in the format of the stage. Unknown values are `-`, as in API Gateway. */
export function accessLogLine(format: string | undefined, context: AccessLogContext): string {
  return (format ?? defaultFormat).replace(
    /\$context\.([A-Za-z]+(?:\.[A-Za-z][\w:-]*)*)/g,
    (_, name: string) => JSON.stringify(String(context[name] ?? '-')).slice(1, -1),
  );
}

export function createAccessLog(file: string): (line: string) => void {
  mkdirSync(dirname(file), { recursive: true });
  return (line) => appendFileSync(file, `${line}\n`);
}
