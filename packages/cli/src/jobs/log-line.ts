import type { OperationItem } from '@pressroom/client/create-client';
import { formatBytes, formatTime } from '../output/format.ts';
import type { Paint } from '../output/paint.ts';

const styles = {
  published: 'green',
  recorded: 'green',
  changed: 'green',
  withdrawn: 'yellow',
  skipped: 'dim',
  warning: 'yellow',
  error: 'red',
  'not-reached': 'yellow',
  begin: 'bold',
  end: 'bold',
  notice: 'cyan',
} as const;

/** The line of a log entry. */
export function logLine(
  { time, outcome, asset, server, message, bytes }: OperationItem<'readJobLog'>,
  paint: Paint,
): string {
  return [
    paint('dim', formatTime(time)),
    paint(styles[outcome], outcome.padEnd(11)),
    asset === undefined ? undefined : paint('bold', asset),
    server,
    message,
    bytes ? formatBytes(bytes) : undefined,
  ]
    .filter((part) => part !== undefined)
    .join('  ');
}
