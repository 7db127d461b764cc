import {
  MailFromDomainNotVerifiedException,
  MessageRejected,
  SESv2Client,
  SendEmailCommand,
  TooManyRequestsException,
} from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { sendMail } from '../../../adapters/ses/send-mail.ts';

const mock = mockClient(SESv2Client);
const ses = new SESv2Client({ region: 'eu-west-1' });
const send = () => sendMail(ses, 'from@example.com', 'ann@example.com', { subject: 'Übung', text: 'a\nb\n' });

beforeEach(() => mock.reset());

it('sends plain text in UTF-8', async () => {
  mock.on(SendEmailCommand).resolves({ MessageId: 'm' });
  expect(await send()).toBeUndefined();
  expect(mock.commandCalls(SendEmailCommand)[0]?.args[0].input).toEqual({
    FromEmailAddress: 'from@example.com',
    Destination: { ToAddresses: ['ann@example.com'] },
    Content: {
      Simple: {
        Subject: { Data: 'Übung', Charset: 'UTF-8' },
        Body: { Text: { Data: 'a\nb\n', Charset: 'UTF-8' } },
      },
    },
  });
});

it.each([MessageRejected, MailFromDomainNotVerifiedException])(
  'returns the reason of a permanent error: %o',
  async (type) => {
    mock.on(SendEmailCommand).rejects(new type({ message: 'No', $metadata: {} }));
    expect(await send()).toBe('No');
  },
);

it('throws transient errors', async () => {
  mock.on(SendEmailCommand).rejects(new TooManyRequestsException({ message: 'Slow', $metadata: {} }));
  await expect(send()).rejects.toThrow('Slow');
});
