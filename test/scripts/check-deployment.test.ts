import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { readArguments } from '../../scripts/deployment/arguments.ts';
import { checkDeployment } from '../../scripts/deployment/check-deployment.ts';

const cloudFormation = mockClient(CloudFormationClient);
const sts = mockClient(STSClient);
const clients = { cloudFormation: new CloudFormationClient({}), sts: new STSClient({}) };

beforeEach(() => {
  cloudFormation.reset();
  sts.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: '123456789012' });
});

/** The outputs of the deployed data stack. */
const deployed = (outputs: Readonly<Record<string, string>>) =>
  cloudFormation.on(DescribeStacksCommand, { StackName: 'pressroom-data' }).resolves({
    Stacks: [
      {
        StackName: 'pressroom-data',
        CreationTime: new Date(0),
        StackStatus: 'UPDATE_COMPLETE',
        Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
      },
    ],
  });
const check = (...argv: string[]) => checkDeployment(readArguments(argv, {}), clients);

describe('a deployment', () => {
  it('begins without a comparison where nothing is deployed', async () => {
    cloudFormation
      .on(DescribeStacksCommand)
      .rejects(new Error('Stack with id pressroom-data does not exist'));
    expect(await check('example')).toEqual(['This is the first deployment.']);
  });

  it('stops if it would drop settings, and names them with their values', async () => {
    deployed({
      AssetTable: 'assets',
      SettingMfa: 'required',
      SettingMailFrom: 'media@example.com',
      SettingPartConcurrency: '7',
    });
    const checking = check('-c', 'mfa=required');
    await expect(checking).rejects.toThrow('mailFrom = media@example.com');
    await expect(checking).rejects.toThrow('partConcurrency = 7');
    await expect(checking).rejects.toThrow('--drop mailFrom,partConcurrency');
    await expect(checking).rejects.not.toThrow('mfa =');
  });

  it('goes on if every dropped setting is named, and says what changes', async () => {
    deployed({ SettingMfa: 'required', SettingMailFrom: 'media@example.com' });
    expect(await check('--drop', 'mailFrom,mfa', '-c', 'logLevel=DEBUG')).toEqual([
      'Settings that change:',
      'mfa: required → (default)',
      'mailFrom: media@example.com → (default)',
      'logLevel: (default) → DEBUG',
    ]);
  });

  it('goes on if a setting is given its default on purpose', async () => {
    deployed({ SettingMfa: 'required' });
    expect(await check('-c', 'mfa=optional')).toEqual(['Settings that change:', 'mfa: required → (default)']);
  });

  it('goes on if nothing changes', async () => {
    deployed({ SettingMfa: 'off' });
    expect(await check('--context', 'mfa=off')).toEqual(['The settings stay as they are.']);
  });

  it.each([
    [{ SettingLoginDomainPrefix: 'acme' }, ['-c', 'loginDomainPrefix=other'], 'acme and cannot become other'],
    [
      { SettingLoginDomainPrefix: 'acme' },
      ['--drop', 'loginDomainPrefix'],
      'acme and cannot become the default',
    ],
    [{}, ['-c', 'loginDomainPrefix=acme'], 'the default and cannot become acme'],
  ])('stops at another address of the login pages: %o', async (outputs, argv, text) => {
    deployed(outputs);
    await expect(check(...argv)).rejects.toThrow(text);
  });

  it('stops at a setting that a release has removed', async () => {
    deployed({ SettingFormer: 'on' });
    await expect(check()).rejects.toThrow('former = on');
  });

  it('stops if the credentials are of another account than the environment', async () => {
    sts.on(GetCallerIdentityCommand).resolves({ Account: '999999999999' });
    await expect(check('example')).rejects.toThrow(
      'The credentials are of the account 999999999999; the environment is in 123456789012.',
    );
  });

  it('stops without credentials and says how to get some', async () => {
    sts
      .on(GetCallerIdentityCommand)
      .rejects(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));
    await expect(check('example')).rejects.toThrow('aws sso login');
  });

  it('does not take another error of CloudFormation for a first deployment', async () => {
    cloudFormation.on(DescribeStacksCommand).rejects(new Error('Rate exceeded'));
    await expect(check()).rejects.toThrow('Rate exceeded');
  });
});

describe('the arguments of a deployment', () => {
  it('are a name, settings, flags of their own and options of the CDK', () => {
    const read = readArguments(
      ['example', '--require-approval', 'never', '--drop', 'mfa,heic', '-c', 'logLevel=DEBUG', '--yes'],
      { partConcurrency: 7 },
    );
    expect(read).toMatchObject({
      name: 'example',
      drop: ['mfa', 'heic'],
      yes: true,
      forCdk: ['-c', 'environment=example', '--require-approval', 'never', '-c', 'logLevel=DEBUG'],
    });
    expect(read.environment?.region).toBe('eu-central-1');
    expect(read.config).toMatchObject({ logLevel: 'DEBUG', mfa: 'required', partConcurrency: 7 });
  });

  it('may be none', () => {
    expect(readArguments([], {})).toMatchObject({ name: undefined, environment: undefined, forCdk: [] });
  });

  it('are refused with what is wrong', () => {
    expect(() => readArguments(['-c', 'mfa=yes'], {})).toThrow('mfa is "yes"');
  });
});
