import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSesEndpoint } from '../../src/ses/ses-endpoint.ts';

const mail = {
  FromEmailAddress: 'pressroom@example.com',
  Destination: { ToAddresses: ['ann@example.com'] },
  Content: {
    Simple: {
      Subject: { Data: 'Job: über', Charset: 'UTF-8' },
      Body: { Text: { Data: 'One\nZwölf\n', Charset: 'UTF-8' } },
    },
  },
};

let folder: string;
let allowed: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pressroom-ses-'));
  allowed = ['arn:aws:ses:eu-west-1:123456789012:identity/example.com'];
});
afterEach(() => rmSync(folder, { recursive: true }));

async function call(body: unknown, path = '/v2/email/outbound-emails') {
  const endpoint = createSesEndpoint({
    account: '123456789012',
    region: 'eu-west-1',
    folder,
    permissions: {
      allows: async (_, action, resource) => action === 'ses:SendEmail' && allowed.includes(resource),
    },
  });
  const response = await endpoint({
    method: 'POST',
    path,
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
    principal: 'arn:aws:iam::123456789012:role/sender',
  });
  return { ...response, body: JSON.parse(String(response.body)) as Record<string, unknown> };
}

describe('the local SES', () => {
  it('writes each mail to a file as it would arrive', async () => {
    const { status, body } = await call(mail);
    expect(status).toBe(200);
    const [name = '', ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(name).toMatch(/\.eml$/);
    expect(readFileSync(join(folder, name), 'utf8').split('\r\n')).toEqual([
      `Message-ID: <${String(body.MessageId)}@local>`,
      expect.stringMatching(/^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/),
      'From: pressroom@example.com',
      'To: ann@example.com',
      'Subject: =?utf-8?B?Sm9iOiDDvGJlcg==?=',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'One',
      'Zwölf',
      '',
    ]);
  });

  it('asks IAM about the address or its domain', async () => {
    allowed = [];
    expect(await call(mail)).toMatchObject({
      status: 403,
      headers: { 'x-amzn-errortype': 'AccessDeniedException' },
      body: { message: expect.stringContaining('ses:SendEmail') },
    });
    allowed = ['arn:aws:ses:eu-west-1:123456789012:identity/pressroom@example.com'];
    expect((await call(mail)).status).toBe(200);
  });

  it.each([
    ['another operation', mail, '/v2/email/identities', 501],
    ['a field that it does not honour', { ...mail, ConfigurationSetName: 'x' }, undefined, 400],
    ['a mail without recipients', { ...mail, Destination: { ToAddresses: [] } }, undefined, 400],
    ['a mail with an invalid sender', { ...mail, FromEmailAddress: 'pressroom' }, undefined, 400],
  ])('refuses %s', async (_, body, path, status) => {
    expect((await call(body, path)).status).toBe(status);
    expect(readdirSync(folder)).toEqual([]);
  });
});
