import type { CloudServices } from '../cloud-services.ts';
import { arnLike } from './arn-like.ts';

/** One AWS::Lambda::Permission: a statement of a function's resource policy. */
export interface PermissionStatement {
  /** ARN of the function, with its qualifier where the statement is for an alias or a version. */
  readonly functionArn: string;
  /** `lambda:InvokeFunction`, `lambda:InvokeFunctionUrl`, or with `*` */
  readonly action: string;
  /** `apigateway.amazonaws.com`, an account, a role's ARN, or `*` */
  readonly principal: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
  readonly functionUrlAuthType?: string;
  /** Only for calls that come by the function's URL. */
  readonly invokedViaFunctionUrl?: boolean;
}

/** Who calls, and for what. */
export interface Caller {
  /** Service principal such as `apigateway.amazonaws.com`, or `*` for anybody. */
  readonly principal: string;
  /** ARN of what the service calls for: the route, the rule, the distribution. */
  readonly sourceArn?: string;
}

export interface LambdaPermissions {
  add(statement: PermissionStatement): void;
  /** Whether a service may call a function by its resource policy (`lambda:InvokeFunction`). */
  mayInvoke(functionArn: string, caller: Caller): boolean;
  /**
   * Whether a caller may use a function's URL. Takes both `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction`:
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

/** S3 bucket ARNs name no account; Lambda then takes the one the service sends along, which is not known here. */
function accountOf(arn: string | undefined): string | undefined {
  return arn?.split(':')[4] || undefined;
}
