import { failureCodes, isRetryable, statusOf, titleOf } from '../../domain/failure.ts';

/** The content of docs/errors.md. */
export function errorsPage(): string {
  const rows = failureCodes.map(
    (code) => `| \`${code}\` | ${statusOf(code)} | ${titleOf(code)} | ${isRetryable(code) ? 'yes' : ''} |`,
  );
  return `# Errors

<!-- Written by scripts/write-reference.ts from domain/failure.ts. Change it there. -->

Every error of the API, the image server and the edge is \`application/problem+json\` (RFC 9457):

\`\`\`json
{
  "type": "about:blank",
  "title": "The request is not valid",
  "status": 400,
  "code": "request.invalid",
  "detail": "scope.folder: '/Autum/' does not exist. Nearest: '/Autumn/'.",
  "errors": [{ "field": "scope.folder", "message": "'/Autum/' does not exist.", "nearest": "/Autumn/" }],
  "requestId": "Jf3kXg2TjoEEJ3A="
}
\`\`\`

- \`code\` is stable: programs can rely on it. \`title\` and \`detail\` are for people and may change.
- \`detail\` says what is wrong, names the value, and says what would be right. \`errors\` lists each wrong field.
- **Again** says whether the same request can succeed later. Clients repeat such requests with backoff; \`Retry-After\` says how long to wait where the API knows it.
- API Gateway sends some errors by itself, as \`application/json\` with a \`message\`: above its rate limit (429), for example.
- The command line prints \`detail\` and what to do next, and ends with an [exit code](cli.md#exit-codes). With \`--json\` the last line of standard error has \`code\`.

| code | status | title | again |
|---|---|---|---|
${rows.join('\n')}
`;
}
