import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Permissions, ServiceEndpoint } from '../cloud-services.ts';
import { accessDeniedMessage } from '../permissions/access-denied.ts';

interface Dependencies {
  readonly account: string;
  readonly region: string;
  readonly permissions: Pick<Permissions, 'allows'>;
  /** Folder for the mails: one file each, whose names sort by time. */
  readonly folder: string;
}

const part = z.strictObject({ Data: z.string(), Charset: z.string().optional() });
const sendEmail = z.strictObject({
  FromEmailAddress: z.email(),
  Destination: z.strictObject({ ToAddresses: z.array(z.email()).min(1) }),
  Content: z.strictObject({
    Simple: z.strictObject({ Subject: part, Body: z.strictObject({ Text: part }) }),
  }),
});

/**
 * SendEmail of SES's API v2, for mails in plain text. A mail is written to a file as it would arrive (RFC 5322); every
 * address counts as verified. Everything else is refused by name.
 */
export function createSesEndpoint({ account, region, permissions, folder }: Dependencies): ServiceEndpoint {
  return async ({ method, path, body, principal }) => {
    if (method !== 'POST' || path !== '/v2/email/outbound-emails') {
      return failure(
        501,
        'NotImplemented',
        `The local SES implements only SendEmail, not ${method} ${path}.`,
      );
    }
    const { data, error } = sendEmail.safeParse(JSON.parse(body.toString('utf8') || '{}'));
    if (error) {
      const problems = error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim());
      return failure(400, 'BadRequestException', problems.join('; '));
    }
    const from = data.FromEmailAddress;
    // A policy may name either identity of the sender: the address or its domain.
    const identities = [from, from.split('@')[1]].map(
      (name) => `arn:aws:ses:${region}:${account}:identity/${name}`,
    );
    const allowed = await Promise.all(
      identities.map((identity) => permissions.allows(principal, 'ses:SendEmail', identity)),
    );
    if (!allowed.includes(true)) {
      const message = accessDeniedMessage(principal, 'ses:SendEmail', identities[0] ?? '');
      return failure(403, 'AccessDeniedException', message);
    }
    const id = randomUUID();
    const sent = new Date();
    mkdirSync(folder, { recursive: true });
    const name = `${sent.toISOString().replaceAll(':', '-')}-${id.slice(0, 8)}.eml`;
    writeFileSync(join(folder, name), mail(data, id, sent));
    return { status: 200, headers: json, body: JSON.stringify({ MessageId: id }) };
  };
}

const json = { 'content-type': 'application/json' };

function failure(status: number, type: string, message: string) {
  return { status, headers: { ...json, 'x-amzn-errortype': type }, body: JSON.stringify({ message }) };
}

function mail(
  { FromEmailAddress, Destination, Content }: z.output<typeof sendEmail>,
  id: string,
  sent: Date,
) {
  const { Subject, Body } = Content.Simple;
  return [
    `Message-ID: <${id}@local>`,
    `Date: ${sent.toUTCString().replace('GMT', '+0000')}`,
    `From: ${FromEmailAddress}`,
    `To: ${Destination.ToAddresses.join(', ')}`,
    `Subject: ${encodedWord(Subject.Data)}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...Body.Text.Data.split('\n'),
  ].join('\r\n');
}

/** Encodes by RFC 2047 if the text is not plain ASCII. */
function encodedWord(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}
