import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ResourceType } from '@pressroom/local-aws/resources/resource';
import { type Cloud, startCloud } from '@pressroom/local-aws/start-cloud';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const fixture = join(import.meta.dirname, '../../packages/local-aws/test/fixtures/small.out');
const folder = mkdtempSync(join(tmpdir(), 'pressroom-core-'));
const stateFolder = join(folder, 'state');
let cloud: Cloud;

/** Replaces a function and keeps the events of its invocations. */
const invocations: unknown[] = [];
const recorder: ResourceType = {
  type: 'Test::Recorder',
  honours: [],
  async create({ region, account, services }) {
    const arn = `arn:aws:lambda:${region}:${account}:function:recorder`;
    services.functions.set(arn, {
      arn,
      name: 'recorder',
      async invoke(event) {
        invocations.push(event);
        return { payload: null };
      },
      async invokeStreaming() {
        throw new Error('The recorder does not stream');
      },
    });
    return { ref: 'recorder', attributes: { Arn: arn } };
  },
};
const types = [recorder];

afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true });
});

describe('a cloud of two stacks', () => {
  beforeAll(async () => {
    cloud = await startCloud({ assembly: fixture, stateFolder, types });
  });

  it('allows a role only what its policy allows', async () => {
    const { dynamodb } = await asWorker(cloud);
    const TableName = output(cloud, 'RecordsName');
    const Key = { pk: { S: 'a' }, sk: { S: '1' } };
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...Key, owner: { S: 'ada' } } }));
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key }));
    expect(Item?.owner).toEqual({ S: 'ada' });
    const found = await dynamodb.send(
      new QueryCommand({
        TableName,
        IndexName: 'byOwner',
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': { S: 'ada' } },
      }),
    );
    expect(found.Items).toEqual([{ ...Key, owner: { S: 'ada' } }]);

    await expect(dynamodb.send(new DeleteItemCommand({ TableName, Key }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        /^User: arn:aws:sts::000000000000:assumed-role\/small-work-Worker-\w+\/local is not authorized to perform: dynamodb:DeleteItem on resource: arn:aws:dynamodb:eu-central-1:000000000000:table\/small-data-Records-\w+ because/,
      ),
    });
    await expect(
      dynamodb.send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Put: { TableName, Item: Key } }, { Delete: { TableName, Key } }],
        }),
      ),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('restricts the same role to its prefix in S3', async () => {
    const { s3 } = await asWorker(cloud);
    const Bucket = output(cloud, 'MediaName');
    await s3.send(new PutObjectCommand({ Bucket, Key: 'in/one.txt', Body: 'one' }));
    const { Body, VersionId } = await s3.send(new GetObjectCommand({ Bucket, Key: 'in/one.txt' }));
    expect(await Body?.transformToString()).toBe('one');
    expect(VersionId).toBeTruthy();
    await expect(
      s3.send(new PutObjectCommand({ Bucket, Key: 'out/one.txt', Body: 'one' })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('delivers events of buckets and services to the queues and functions of its rules', async () => {
    const sqs = new SQSClient(asRoot(cloud, cloud.ministackEndpoint));
    const QueueUrl = output(cloud, 'ArrivedUrl');
    await receive(sqs, QueueUrl, (body) => (body as { key?: string }).key === 'in/one.txt');

    const changed = {
      source: 'aws.states',
      detailType: 'Step Functions Execution Status Change',
      resources: [],
    };
    await cloud.services.emitServiceEvent({ ...changed, detail: { status: 'SUCCEEDED', name: 'other' } });
    await cloud.services.emitServiceEvent({ ...changed, detail: { status: 'FAILED', name: 'mine' } });
    await receive(sqs, QueueUrl, (body) => (body as { detail?: { name?: string } }).detail?.name === 'mine');
    // The test reads the queue of the function: its events arrive after the poller has read them.
    await vi.waitFor(() => expect(invocations).toEqual([{ from: 'the rule' }]), { timeout: 10_000 });
  });

  it('signs users in with the user pool and the client of the template', async () => {
    const cognito = new CognitoIdentityProviderClient(asRoot(cloud, cloud.ministackEndpoint));
    const user = { UserPoolId: output(cloud, 'UserPoolId'), Username: 'ada@example.com' };
    const Password = 'Lovelace-1815';
    await cognito.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
    await expect(
      cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: 'short-1', Permanent: true })),
    ).rejects.toMatchObject({ name: 'InvalidPasswordException' });
    await cognito.send(new AdminSetUserPasswordCommand({ ...user, Password, Permanent: true }));
    expect(await signIn(cloud, user.Username, Password)).toBeTruthy();
  });

  it('refuses unknown keys and wrong signatures', async () => {
    const TableName = output(cloud, 'RecordsName');
    const get = new GetItemCommand({ TableName, Key: { pk: { S: 'a' }, sk: { S: '1' } } });
    const connection = asRoot(cloud, cloud.ownEndpoint);
    const stranger = { accessKeyId: 'AKIASTRANGER00000000', secretAccessKey: 'x' };
    await expect(
      new DynamoDBClient({ ...connection, credentials: stranger }).send(get),
    ).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    const forged = { ...connection.credentials, secretAccessKey: 'x' };
    await expect(new DynamoDBClient({ ...connection, credentials: forged }).send(get)).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
  });

  it('lists the properties that it does not honour and the resources that it keeps for AWS', () => {
    expect(cloud.unhonoured).toEqual([
      'Not honoured here: AWS::S3::Bucket LifecycleConfiguration',
      'Not honoured here: AWS::S3::BucketPolicy PolicyDocument (statements that refuse requests without TLS)',
    ]);
    expect(cloud.awsOnly).toBe('Only on AWS: alarms (1)');
  });

  it('does not share its state folder with a second cloud', async () => {
    await expect(startCloud({ assembly: fixture, stateFolder, types })).rejects.toThrow(
      `Another local cloud (process ${process.pid}) uses ${stateFolder}`,
    );
  });
});

describe('the same cloud, started again', () => {
  it('has its data and users, and refuses actions that the template no longer allows', async () => {
    const before = cloud;
    await cloud.stop();
    cloud = await startCloud({ assembly: withoutPolicy(), stateFolder, types });
    expect(cloud.outputs).toEqual(before.outputs);
    expect(await signIn(cloud, 'ada@example.com', 'Lovelace-1815')).toBeTruthy();

    const TableName = output(cloud, 'RecordsName');
    const get = new GetItemCommand({ TableName, Key: { pk: { S: 'a' }, sk: { S: '1' } } });
    const getObject = new GetObjectCommand({ Bucket: output(cloud, 'MediaName'), Key: 'in/one.txt' });
    const root = new DynamoDBClient(asRoot(cloud, cloud.ownEndpoint));
    expect((await root.send(get)).Item?.owner).toEqual({ S: 'ada' });
    const rootS3 = new S3Client({ ...asRoot(cloud, cloud.ministackEndpoint), forcePathStyle: true });
    expect(await (await rootS3.send(getObject)).Body?.transformToString()).toBe('one');

    const { dynamodb, s3 } = await asWorker(cloud);
    await expect(dynamodb.send(get)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(s3.send(getObject)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

/** The assembly without the policy of the worker. */
function withoutPolicy(): string {
  const changed = join(folder, 'changed.out');
  cpSync(fixture, changed, { recursive: true });
  const file = join(changed, 'small-work.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, unknown> };
  delete template.Resources.WorkerPolicy;
  writeFileSync(file, JSON.stringify(template));
  return changed;
}

function asRoot({ region, rootCredentials }: Cloud, endpoint: string) {
  return { region, endpoint, credentials: rootCredentials };
}

async function asWorker(of: Cloud): Promise<{ dynamodb: DynamoDBClient; s3: S3Client }> {
  const credentials = await of.services.credentialsFor(output(of, 'WorkerArn'));
  return {
    dynamodb: new DynamoDBClient({ region: of.region, endpoint: of.ownEndpoint, credentials }),
    s3: new S3Client({
      region: of.region,
      endpoint: of.ministackEndpoint,
      credentials,
      forcePathStyle: true,
    }),
  };
}

async function signIn(of: Cloud, name: string, password: string): Promise<string | undefined> {
  const cognito = new CognitoIdentityProviderClient({
    region: of.region,
    endpoint: of.ministackEndpoint,
    // Signing in needs no AWS credentials.
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  });
  const response = await cognito.send(
    new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: output(of, 'UserPoolClientId'),
      AuthParameters: { USERNAME: name, PASSWORD: password },
    }),
  );
  return response.AuthenticationResult?.IdToken;
}

/** Receives messages until one matches. The time limit of the test ends the wait. */
async function receive(
  sqs: SQSClient,
  QueueUrl: string,
  isExpected: (body: unknown) => boolean,
): Promise<void> {
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
    for (const { Body = '', ReceiptHandle } of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      if (isExpected(JSON.parse(Body))) return;
    }
  }
}

function output(of: Cloud, name: string): string {
  const value = of.outputs[name];
  if (!value) throw new Error(`No output ${name}`);
  return value;
}
