import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectsCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleConfigOf } from '../hosting/console-config-of.ts';
import { putConsole } from '../hosting/put-console.ts';

const s3 = mockClient(S3Client);
const outputs = {
  ApiUrl: 'https://api.example.com',
  LoginAddress: 'https://pressroom.auth.eu-west-1.amazoncognito.com',
  UserPoolId: 'eu-west-1_AbC',
  UserPoolClientId: 'client',
};
const config = consoleConfigOf(outputs);
const now = Date.parse('2026-12-01');
let folder: string;

beforeEach(() => {
  s3.reset();
  s3.on(ListObjectsV2Command).resolves({});
  folder = mkdtempSync(join(tmpdir(), 'console-'));
  mkdirSync(join(folder, '_'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, '_', 'main-1.js'), 'main');
  writeFileSync(join(folder, '_', 'main-1.css'), 'main');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the files of the console', () => {
  it('are written with types and lifetimes, and the start page last', async () => {
    expect(await putConsole(new S3Client({}), 'files', folder, config, now)).toBe(4);
    const puts = s3.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => input);
    expect(puts.map(({ Key, ContentType, CacheControl }) => [Key, ContentType, CacheControl])).toEqual([
      ['_/main-1.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['_/main-1.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['config.json', 'application/json', 'no-cache'],
      ['index.html', 'text/html; charset=utf-8', 'no-cache'],
    ]);
  });

  it('of earlier versions are deleted after 30 days', async () => {
    s3.on(ListObjectsV2Command).resolves({
      Contents: [
        { Key: '_/main-0.js', LastModified: new Date('2026-10-31') },
        { Key: '_/main-1.js', LastModified: new Date('2026-10-31') },
        { Key: '_/main-2.js', LastModified: new Date('2026-11-30') },
      ],
    });
    await putConsole(new S3Client({}), 'files', folder, config, now);
    expect(
      s3.commandCalls(DeleteObjectsCommand).map(({ args: [{ input }] }) => input.Delete?.Objects),
    ).toEqual([[{ Key: '_/main-0.js' }]]);
  });

  it('of an unknown type are refused before the start page is written', async () => {
    writeFileSync(join(folder, '_', 'film.mp4'), '');
    await expect(putConsole(new S3Client({}), 'files', folder, config, now)).rejects.toThrow(
      '_/film.mp4 is of no known type',
    );
    expect(s3.commandCalls(PutObjectCommand, { Key: 'index.html' })).toEqual([]);
  });
});

describe('config.json', () => {
  it('names API and sign-in of the installation', () => {
    expect(config).toEqual({
      api: 'https://api.example.com',
      signIn: {
        issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC',
        clientId: 'client',
        pages: 'https://pressroom.auth.eu-west-1.amazoncognito.com',
      },
    });
  });

  it('is not written without an output', () => {
    expect(() => consoleConfigOf({ ...outputs, ApiUrl: undefined as unknown as string })).toThrow(
      'the stacks have no output ApiUrl',
    );
  });
});
