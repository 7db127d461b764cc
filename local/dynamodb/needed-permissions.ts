/** What IAM must allow for a call. */
export interface NeededPermission {
  readonly action: string;
  readonly resource: string;
}

type Body = Readonly<Record<string, unknown>>;

/** Operations that AWS allows or refuses on the whole account, not on a table. */
const withoutTable = new Set(['ListTables', 'DescribeLimits', 'DescribeEndpoints']);

const transactActions: Readonly<Record<string, string>> = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Get: 'dynamodb:GetItem',
};

/**
 * The permissions that a DynamoDB call needs: one for each table or index it touches, and for transactions one for
 * each kind of operation in it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 * @param operation of the X-Amz-Target header, `GetItem`
 * @param tableArn the ARN of a table by its name
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
  const table = body.TableName ?? body.ResourceArn;
  if (table === undefined) return [{ action, resource: '*' }];
  const index = body.IndexName;
  return [
    { action, resource: index === undefined ? arnOf(table) : `${arnOf(table)}/index/${String(index)}` },
  ];
}

function distinct(permissions: readonly NeededPermission[]): NeededPermission[] {
  return [...new Map(permissions.map((needed) => [`${needed.action} ${needed.resource}`, needed])).values()];
}

function asObject(value: unknown): Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : {};
}
