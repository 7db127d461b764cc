import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { HistoryEvent } from './history.ts';

/** `LoggingConfiguration` of a state machine. */
export interface LogSettings {
  readonly level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  readonly includeExecutionData: boolean;
}

/** The events of each level in CloudWatch Logs (AWS: Step Functions log levels). */
const levels: Readonly<Record<LogSettings['level'], RegExp>> = {
  ALL: /./,
  ERROR: /(Failed|TimedOut|Aborted)$/,
  FATAL: /^Execution(Failed|TimedOut|Aborted)$/,
  OFF: /^$/,
};

export interface ExecutionLog {
  record(executionArn: string, event: HistoryEvent): void;
  close(): void;
}

/** Writes the events of a machine's executions to a file, as JSON lines in the form of Step Functions' logs. */
export function openExecutionLog(file: string, settings: LogSettings): ExecutionLog {
  let stream: WriteStream | undefined;
  return {
    record(executionArn, { id, previousEventId, type, timestamp, details }) {
      if (!levels[settings.level].test(type)) return;
      const { input, output, ...always } = details;
      const data = settings.includeExecutionData ? { input, output } : {};
      if (!stream) {
        mkdirSync(dirname(file), { recursive: true });
        stream = createWriteStream(file, { flags: 'a' });
      }
      stream.write(
        `${JSON.stringify({
          id: String(id),
          type,
          details: { ...always, ...data },
          previous_event_id: String(previousEventId),
          event_timestamp: String(timestamp),
          execution_arn: executionArn,
        })}\n`,
      );
    },
    close() {
      stream?.end();
      stream = undefined;
    },
  };
}
