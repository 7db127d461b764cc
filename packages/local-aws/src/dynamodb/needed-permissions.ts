/** An action that IAM must allow for a call. */
export interface NeededPermission {
  readonly action: string;
  readonly resource: string;
}

type Body = Readonly<Record<string, unknown>>;

/** Operations that AWS allows or denies on the whole account, not on a table. */
const withoutTable = new Set(['ListTables', 'DescribeLimits', 'DescribeEndpoints']);

const transactActions: Readonly<Record<string, string>> = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Get: 'dynamodb:GetItem',
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html */
const statementForms: readonly (readonly [string, RegExp])[] = [
  ['Select', /^\s*SELECT\b.*?\bFROM\s+("[^"]+"|\S+)/is],
  ['Insert', /^\s*INSERT\s+INTO\s+("[^"]+"|\S+)/i],
  ['Update', /^\s*UPDATE\s+("[^"]+"|\S+)/i],
  ['Delete', /^\s*DELETE\s+FROM\s+("[^"]+"|\S+)/i],
];

/**
 * The permissions that a DynamoDB call needs: one for each table or index that it uses, and one for each kind of
 * operation in a transaction.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 * @param operation from the X-Amz-Target header, `GetItem`
 * @param tableArn ARN of a table by its name
 */
export function neededPermissions(
  operation: string,
  body: Body,
  tableArn: (name: string) => string,
): NeededPermission[] {
  const arnOf = (table: unknown): string =>
    String(table).startsWith('arn:') ? String(table) : tableArn(String(table));
  const action = `dynamodb:${operation}`;

  if (withoutTable.has(operation)) return [{ action, resource: '*' }];
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    return Object.keys(asObject(body.RequestItems)).map((table) => ({ action, resource: arnOf(table) }));
  }
  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems') {
    const items = Array.isArray(body.TransactItems) ? body.TransactItems : [];
    return distinct(
      items.flatMap((item) =>
        Object.entries(asObject(item)).map(([kind, part]) => ({
          action: transactActions[kind] ?? `dynamodb:${kind}`,
          resource: arnOf(asObject(part).TableName),
        })),
      ),
    );
  }
  if (operation === 'ExecuteStatement' || operation === 'BatchExecuteStatement') {
    const statements = operation === 'ExecuteStatement' ? [body] : body.Statements;
    return distinct(
      (Array.isArray(statements) ? statements : []).map((part) => {
        const { verb, table } = readStatement(String(asObject(part).Statement));
        return { action: `dynamodb:PartiQL${verb}`, resource: arnOf(table) };
      }),
    );
  }
  const table = body.TableName ?? body.ResourceArn;
  if (table === undefined) return [{ action, resource: '*' }];
  const index = body.IndexName;
  return [
    { action, resource: index === undefined ? arnOf(table) : `${arnOf(table)}/index/${String(index)}` },
  ];
}

/** Verb and table of a PartiQL statement. A statement that cannot be read gets a verb that no policy allows. */
function readStatement(statement: string): { verb: string; table: string } {
  for (const [verb, form] of statementForms) {
    const table = form.exec(statement)?.[1];
    if (table !== undefined) return { verb, table: table.replaceAll('"', '') };
  }
  return { verb: 'Unknown', table: '' };
}

function distinct(permissions: readonly NeededPermission[]): NeededPermission[] {
  return [...new Map(permissions.map((needed) => [`${needed.action} ${needed.resource}`, needed])).values()];
}

function asObject(value: unknown): Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : {};
}
