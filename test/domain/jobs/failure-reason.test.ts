import { expect, it } from 'vitest';
import { failureReason } from '../../../domain/jobs/failure-reason.ts';

const message = (text: string) => JSON.stringify({ errorType: 'x', errorMessage: text });

it.each([
  ['a Failure by its text', 'storage.busy', message('The storage is busy.'), /^The storage is busy\. Assets/],
  ['a Failure without a text by its code', 'storage.busy', undefined, /^storage\.busy\. Assets/],
  ['a state that took too long', 'States.Timeout', undefined, /longer than allowed/],
  ['an execution that took too long', 'TIMED_OUT', undefined, /longer than allowed/],
  ['an execution that was aborted', 'ABORTED', undefined, /aborted by an operator/],
  [
    'a fault only by its name',
    'TypeError',
    message('secret is undefined'),
    /^Something failed on our side \(TypeError\)/,
  ],
  [
    'an error that names a resource',
    'arn:aws:lambda:eu-west-1:1:function:secret',
    undefined,
    /^Something failed on our side\. /,
  ],
  ['a sentence of AWS', 'User is not authorized: secret', undefined, /^Something failed on our side\. /],
  ['an error without a name', undefined, undefined, /^Something failed on our side\. /],
])('the reason of a failed job describes %s', (_, error, cause, expected) => {
  const reason = failureReason({ Error: error, Cause: cause });
  expect(reason).toMatch(expected);
  expect(reason).toMatch(/To publish them, submit the job again\.$/);
  expect(reason).not.toMatch(/secret/);
});
