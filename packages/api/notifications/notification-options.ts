import * as z from 'zod';
import { emailSettings } from '../../../domain/jobs/job.ts';

/** Notification options of jobs and schedules, in requests and in responses. */

const email = z.enum(emailSettings, `must be one of ${emailSettings.join(', ')}`).meta({
  description:
    "Mail to the job's owner: at its begin and end (`all`), at its end (`completion`), or at its end if it had errors (or warnings). `none` unless given",
});
const onlyIfPublished = z
  .boolean('must be true or false')
  .meta({ description: 'Send nothing if nothing was published' });

export const notificationOptions = {
  email: email.optional(),
  notification: z
    .strictObject({
      url: z.string('must be a text').min(1, 'must not be empty').meta({
        description: 'Receives a signed POST when the job has ended. It may be the trigger URL of a schedule',
        example: 'https://hooks.example.com/pressroom',
      }),
      onlyIfPublished: onlyIfPublished.default(false),
    })
    .optional()
    .meta({ description: 'HTTP Notification' }),
};

export const notificationOptionsResponse = {
  email: email.optional(),
  notification: z
    .strictObject({
      url: z.string().meta({
        description: 'The host, and `…` in place of the rest, which may contain a secret',
        example: 'https://hooks.example.com/…',
      }),
      onlyIfPublished,
      off: z
        .strictObject({ at: z.iso.datetime(), because: z.string() })
        .optional()
        .meta({ description: 'When the notification was switched off, and why' }),
    })
    .optional(),
};
