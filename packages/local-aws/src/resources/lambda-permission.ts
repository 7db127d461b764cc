import { z } from 'zod';
import { functionReference } from '../lambda/function-reference.ts';
import { lambdaPermissions } from '../lambda/lambda-permissions.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

const propertiesSchema = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.coerce.string().optional(),
  FunctionUrlAuthType: z.enum(['AWS_IAM', 'NONE']).optional(),
  InvokedViaFunctionUrl: z.boolean().optional(),
});

/** A statement of a function's resource policy. API Gateway, CloudFront and EventBridge need one. */
export const lambdaPermission: ResourceType = {
  type: 'AWS::Lambda::Permission',
  honours: Object.keys(propertiesSchema.shape),
  async create({ properties, generatedName, services }) {
    const wanted = parseProperties(propertiesSchema, properties);
    const { arn, qualifier } = functionReference(wanted.FunctionName, services);
    lambdaPermissions(services).add({
      functionArn: qualifier === undefined ? arn : `${arn}:${qualifier}`,
      action: wanted.Action,
      principal: wanted.Principal,
      ...(wanted.SourceArn !== undefined && { sourceArn: wanted.SourceArn }),
      ...(wanted.SourceAccount !== undefined && { sourceAccount: wanted.SourceAccount }),
      ...(wanted.FunctionUrlAuthType && { functionUrlAuthType: wanted.FunctionUrlAuthType }),
      ...(wanted.InvokedViaFunctionUrl !== undefined && {
        invokedViaFunctionUrl: wanted.InvokedViaFunctionUrl,
      }),
    });
    return { ref: generatedName, attributes: { Id: generatedName } };
  },
};
