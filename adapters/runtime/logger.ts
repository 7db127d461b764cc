import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';

/**
 * Structured logs, one JSON object a line, under the function's name (POWERTOOLS_SERVICE_NAME) and level
 * (POWERTOOLS_LOG_LEVEL or LOG_LEVEL).
 */
export const logger = new Logger();

/** A handler whose errors are logged with the event that they came of, and thrown on: their names are matched by. */
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
