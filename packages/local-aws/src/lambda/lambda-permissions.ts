import type { CloudServices } from '../cloud-services.ts';
import { arnLike } from './arn-like.ts';

/** One AWS::Lambda::Permission: a statement of a function's resource policy. */
export interface PermissionStatement {
  /** ARN of the function, with the qualifier if the statement is for an alias or a version. */
  readonly functionArn: string;
  /** `lambda:InvokeFunction`, `lambda:InvokeFunctionUrl`, or a prefix with `*` */
  readonly action: string;
  /** `apigateway.amazonaws.com`, an account, a role's ARN, or `*` */
  readonly principal: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
  readonly functionUrlAuthType?: string;
  /** The statement is only for requests to the function's URL. */
  readonly invokedViaFunctionUrl?: boolean;
}

/** A caller and the resource that it acts for. */
export interface Caller {
  /** Service principal such as `apigateway.amazonaws.com`, or `*` for an anonymous caller. */
  readonly principal: string;
  /** ARN of the route, rule or distribution that the service acts for. */
  readonly sourceArn?: string;
}

export interface LambdaPermissions {
  add(statement: PermissionStatement): void;
  /** Whether a function's resource policy lets a service invoke it (`lambda:InvokeFunction`). */
  mayInvoke(functionArn: string, caller: Caller): boolean;
  /**
   * Whether a caller may use a function's URL. It needs `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction`:
   * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html (since October 2025).
   */
  mayInvokeUrl(functionArn: string, caller: Caller, authType: 'AWS_IAM' | 'NONE'): boolean;
}

/** The resource policies of all functions. */
export function lambdaPermissions(services: Pick<CloudServices, 'shared'>): LambdaPermissions {
  return services.shared('lambda-permissions', createLambdaPermissions);
}

export function createLambdaPermissions(): LambdaPermissions {
  const statements = new Set<PermissionStatement>();

  function allowed(
    functionArn: string,
    action: string,
    caller: Caller,
    url?: { readonly authType: string },
  ): boolean {
    return [...statements].some(
      (statement) =>
        statement.functionArn === functionArn &&
        actionMatches(statement.action, action) &&
        (statement.principal === caller.principal || statement.principal === '*') &&
        (statement.sourceArn === undefined ||
          (caller.sourceArn !== undefined && arnLike(statement.sourceArn, caller.sourceArn))) &&
        (statement.sourceAccount === undefined || accountOf(caller.sourceArn) === statement.sourceAccount) &&
        (statement.functionUrlAuthType === undefined || url?.authType === statement.functionUrlAuthType) &&
        (statement.invokedViaFunctionUrl !== true || url !== undefined),
    );
  }

  return {
    add: (statement) => void statements.add(statement),
    mayInvoke: (functionArn, caller) => allowed(functionArn, 'lambda:InvokeFunction', caller),
    mayInvokeUrl: (functionArn, caller, authType) =>
      allowed(functionArn, 'lambda:InvokeFunctionUrl', caller, { authType }) &&
      allowed(functionArn, 'lambda:InvokeFunction', caller, { authType }),
  };
}

function actionMatches(pattern: string, action: string): boolean {
  return pattern.endsWith('*')
    ? action.toLowerCase().startsWith(pattern.slice(0, -1).toLowerCase())
    : pattern.toLowerCase() === action.toLowerCase();
}

/** Undefined for ARNs without an account, such as those of S3 buckets; Lambda then uses data that is unknown here. */
function accountOf(arn: string | undefined): string | undefined {
  return arn?.split(':')[4] || undefined;
}
