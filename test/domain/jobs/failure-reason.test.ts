import { expect, it } from 'vitest';
import { failureReason } from '../../../domain/jobs/failure-reason.ts';

const message = (text: string) => JSON.stringify({ errorType: 'x', errorMessage: text });

it.each([
  [
    'an error of ours by its own text',
    'storage.busy',
    message('The storage is busy.'),
    /^The storage is busy\. What/,
  ],
  ['an error of ours without a text by its code', 'storage.busy', undefined, /^storage\.busy\. What/],
  ['a state that took too long', 'States.Timeout', undefined, /longer than it may/],
  ['an execution that took too long', 'TIMED_OUT', undefined, /longer than it may/],
  ['an execution that was aborted', 'ABORTED', undefined, /aborted by an operator/],
  [
    'a fault by nothing but its name',
    'TypeError',
    message('secret is undefined'),
    /^Something failed on our side \(TypeError\)/,
  ],
  ['what has no name', undefined, undefined, /^Something failed on our side\. /],
])('tells %s', (_, error, cause, expected) => {
  const reason = failureReason({ Error: error, Cause: cause });
  expect(reason).toMatch(expected);
  expect(reason).toMatch(/submit the job again to publish it\.$/);
  expect(reason).not.toMatch(/secret/);
});
