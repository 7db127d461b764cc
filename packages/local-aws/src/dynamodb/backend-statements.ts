type Body = Readonly<Record<string, unknown>>;

/** A string literal, a quoted name, or a keyword between two of them. */
const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\b(?:SET|REMOVE|WHERE)\b/gi;

/**
 * Writes the PartiQL statements of a call as Dynoxide reads them: `SET a = ?, b = ?`. DynamoDB documents
 * `SET a = ? SET b = ?` instead, which means the same.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html
 * @param operation from the X-Amz-Target header
 * @returns undefined if the call stays as it is
 */
export function withBackendStatements(operation: string, body: Body): Body | undefined {
  if (operation === 'ExecuteStatement') return withStatement(body);
  const list = { BatchExecuteStatement: 'Statements', ExecuteTransaction: 'TransactStatements' }[operation];
  const statements = list === undefined ? undefined : body[list];
  if (list === undefined || !Array.isArray(statements)) return undefined;
  return { ...body, [list]: statements.map((one) => withStatement(one as Body)) };
}

function withStatement(part: Body): Body {
  return typeof part?.Statement === 'string' ? { ...part, Statement: joinSets(part.Statement) } : part;
}

/** Joins `SET` clauses that follow each other. One behind a `REMOVE` stays: Dynoxide then refuses the statement. */
function joinSets(statement: string): string {
  if (!/^\s*UPDATE\b/i.test(statement)) return statement;
  let before = '';
  return statement.replace(tokens, (token) => {
    const keyword = token.toUpperCase();
    if (!['SET', 'REMOVE', 'WHERE'].includes(keyword)) return token;
    const joins = keyword === 'SET' && before === 'SET';
    // What follows WHERE is left alone.
    if (before !== 'WHERE') before = keyword;
    return joins ? ',' : token;
  });
}
