import { describe, expect, it } from 'vitest';
import { createLambdaPermissions, type PermissionStatement } from '../../src/lambda/lambda-permissions.ts';

const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:serve-image';
const distribution = 'arn:aws:cloudfront::000000000000:distribution/E1';
const route = 'arn:aws:execute-api:eu-central-1:000000000000:abc/$default/ANY/v1/{proxy+}';

function policy(...statements: Partial<PermissionStatement>[]) {
  const permissions = createLambdaPermissions();
  for (const statement of statements) {
    permissions.add({
      functionArn,
      action: 'lambda:InvokeFunction',
      principal: 'apigateway.amazonaws.com',
      ...statement,
    });
  }
  return permissions;
}

describe('the resource policy of a function', () => {
  const caller = { principal: 'apigateway.amazonaws.com', sourceArn: route };

  it('refuses a service that no statement names', () => {
    expect(policy().mayInvoke(functionArn, caller)).toBe(false);
    expect(policy({ principal: 'events.amazonaws.com' }).mayInvoke(functionArn, caller)).toBe(false);
    expect(policy({ functionArn: `${functionArn}-2` }).mayInvoke(functionArn, caller)).toBe(false);
  });

  it.each([
    [undefined, true],
    ['arn:aws:execute-api:eu-central-1:000000000000:abc/*/*/v1/{proxy+}', true],
    ['arn:aws:execute-api:eu-central-1:000000000000:abc/*/*', true],
    ['arn:aws:execute-api:eu-central-1:000000000000:abd/*/*', false],
    ['arn:aws:execute-api:eu-central-1:000000000000:abc/*/*/v1/openapi.json', false],
    ['*', false],
  ])('with the source %s allows a route of the API: %s', (sourceArn, allowed) => {
    const permissions = policy(sourceArn === undefined ? {} : { sourceArn });
    expect(permissions.mayInvoke(functionArn, caller)).toBe(allowed);
  });

  it('checks the account of the source', () => {
    expect(policy({ sourceAccount: '000000000000' }).mayInvoke(functionArn, caller)).toBe(true);
    expect(policy({ sourceAccount: '111111111111' }).mayInvoke(functionArn, caller)).toBe(false);
  });
});

describe('the URL of a function', () => {
  const caller = { principal: 'cloudfront.amazonaws.com', sourceArn: distribution };
  const byUrl = {
    action: 'lambda:InvokeFunctionUrl',
    principal: 'cloudfront.amazonaws.com',
    sourceArn: distribution,
  };
  const invoke = {
    action: 'lambda:InvokeFunction',
    principal: 'cloudfront.amazonaws.com',
    sourceArn: distribution,
  };

  it.each([
    ['both actions', [byUrl, invoke], true],
    ['both, the second only for requests by URL', [byUrl, { ...invoke, invokedViaFunctionUrl: true }], true],
    ['only InvokeFunctionUrl', [byUrl], false],
    ['only InvokeFunction', [invoke], false],
    [
      'both, for another distribution',
      [byUrl, invoke].map((one) => ({ ...one, sourceArn: `${distribution}2` })),
      false,
    ],
    ['both, for URLs without IAM', [{ ...byUrl, functionUrlAuthType: 'NONE' }, invoke], false],
  ])('allows CloudFront by the right statements only: %s', (_, statements, allowed) => {
    expect(policy(...statements).mayInvokeUrl(functionArn, caller, 'AWS_IAM')).toBe(allowed);
  });

  it('does not allow direct invocations by a statement for requests by URL', () => {
    expect(policy({ ...invoke, invokedViaFunctionUrl: true }).mayInvoke(functionArn, caller)).toBe(false);
  });
});
