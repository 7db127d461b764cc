import { z } from 'zod';
import { stableId } from '../http-api/api-definition.ts';
import { closeServer } from '../http-api/close-server.ts';
import { functionReference } from '../lambda/function-reference.ts';
import { createFunctionUrl, functionUrls, listenForFunctionUrl } from '../lambda/function-url.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

const propertiesSchema = z.object({
  TargetFunctionArn: z.string(),
  AuthType: z.enum(['AWS_IAM', 'NONE']),
  InvokeMode: z.enum(['BUFFERED', 'RESPONSE_STREAM']).default('BUFFERED'),
});

/**
 * The URL of a function. Its host name has the form of AWS, because templates extract it. The edge finds the function by
 * that name; direct requests go to a port of this machine.
 */
export const lambdaUrl: ResourceType = {
  type: 'AWS::Lambda::Url',
  honours: Object.keys(propertiesSchema.shape),
  async create({ properties, generatedName, services }) {
    const wanted = parseProperties(propertiesSchema, properties);
    const { arn, name, qualifier } = functionReference(wanted.TargetFunctionArn, services);
    if (qualifier) throw new Error('The local cloud does not support function URLs of aliases');
    const url = createFunctionUrl(
      {
        id: stableId(generatedName, 32),
        functionArn: arn,
        authType: wanted.AuthType,
        invokeMode: wanted.InvokeMode,
      },
      services,
    );
    functionUrls(services).set(url.id, url);
    const port = await services.port(`function-url-${name}`);
    let server: Awaited<ReturnType<typeof listenForFunctionUrl>> | undefined;
    return {
      ref: arn,
      attributes: { FunctionArn: arn, FunctionUrl: `https://${url.host}/` },
      async activate() {
        server = await listenForFunctionUrl(url, port, (line) => services.log(line));
        services.addAddress(`function-url-${name}`, `http://127.0.0.1:${port}/`);
      },
      stop: async () => server && closeServer(server),
    };
  },
};
