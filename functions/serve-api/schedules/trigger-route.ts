import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { jsonResponse, type ServedRoute } from '../../../adapters/http/handle-request.ts';
import { triggerRoute } from '../../../packages/api/schedules/trigger-route.ts';
import { type TriggerJobDependencies, triggerJob } from './trigger-job.ts';

/** Bytes. Our own notifications are smaller by far; of more nothing is read. */
const maxBodyLength = 100_000;

/** The trigger URLs: answered to everyone who has one. */
export function serveTrigger(dependencies: TriggerJobDependencies): ServedRoute {
  return {
    method: triggerRoute.method,
    path: triggerRoute.path,
    respond: async (event, { token = '' }) => {
      const messageId = Object.entries(event.headers ?? {}).find(
        ([name]) => name.toLowerCase() === 'webhook-id',
      )?.[1];
      const response = await triggerJob({ token, messageId, body: readBody(event) }, dependencies);
      return jsonResponse(triggerRoute.response.status, response);
    },
  };
}

/** Anything may be sent, and most of it says nothing. */
function readBody({ body = '', isBase64Encoded }: APIGatewayProxyEventV2WithJWTAuthorizer): unknown {
  if (body.length > maxBodyLength) return undefined;
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body);
  } catch {
    return undefined;
  }
}
