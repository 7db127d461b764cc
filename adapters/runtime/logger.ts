import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';

/**
 * Structured logs, one JSON object on each line, with the function's name (POWERTOOLS_SERVICE_NAME) and level
 * (POWERTOOLS_LOG_LEVEL or LOG_LEVEL).
 */
export const logger = new Logger();

/** A handler that logs its errors with their event and rethrows them, so that Step Functions can match their names. */
export function logged<Event, Output>(
  work: (event: Event, context: Context) => Promise<Output>,
): (event: Event, context: Context) => Promise<Output> {
  return async (event, context) => {
    logger.addContext(context);
    try {
      return await work(event, context);
    } catch (error) {
      logger.error('Failed', { error: error instanceof Error ? error : new Error(String(error)), event });
      throw error;
    }
  };
}
