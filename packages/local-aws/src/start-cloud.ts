import { appendFileSync, chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Sha256 } from '@aws-crypto/sha256-js';
import { STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import type { CloudServices, RoleCredentials } from './cloud-services.ts';
import { dynamodbBackend } from './dynamodb/dynamodb-backend.ts';
import { createDynamodbEndpoint, type DynamodbBackend } from './dynamodb/dynamodb-endpoint.ts';
import { findDynoxide, startDynoxide } from './dynamodb/start-dynoxide.ts';
import { localCertificate } from './edge/certificate.ts';
import { createPorts } from './endpoint/free-ports.ts';
import { type OwnEndpoint, startOwnEndpoint } from './endpoint/own-endpoint.ts';
import { emitServiceEvent } from './events/emit-service-event.ts';
import { type Ministack, startMinistack } from './ministack/start-ministack.ts';
import { createDecide } from './permissions/decide.ts';
import { createRoleCredentials } from './permissions/role-credentials.ts';
import { lockFile, lockStateFolder, type StateLock } from './processes/lock-state-folder.ts';
import type { StartedProcess } from './processes/start-process.ts';
import { rolePolicies } from './resources/iam-role.ts';
import { resourceTypes } from './resources/registry.ts';
import type { ResourceType } from './resources/resource.ts';
import type { Clock } from './scheduler/clock.ts';
import { localScheduler } from './scheduler/local-scheduler.ts';
import { createSesEndpoint } from './ses/ses-endpoint.ts';
import { provideAssets } from './template/asset-folder.ts';
import { createResources, type RunningResource } from './template/create-resources.ts';
import { type AssemblyStack, readAssembly } from './template/read-assembly.ts';
import { notedUnhonoured } from './template/unhonoured.ts';

export interface CloudOptions {
  /** The synthesised cloud assembly, `cdk.out`. */
  readonly assembly: string;
  /** Holds all state: a second start on the same folder finds it again. */
  readonly stateFolder: string;
  /** Deletes the state of earlier starts first. */
  readonly fresh?: boolean;
  /** Used if the app is not bound to an account. */
  readonly account?: string;
  /** Used if the app is not bound to a region. */
  readonly region?: string;
  readonly settings?: CloudSettings;
  /** Receives a short text on the current step, for a progress line. */
  onProgress?(text: string): void;
  /** Receives every line of the log, which is also written to `logs/cloud.log`. */
  onLog?(line: string): void;
  /** More resource types, or replacements for known ones, for tests. */
  readonly types?: readonly ResourceType[];
  /** Clock of EventBridge Scheduler, for tests that move it. */
  readonly schedulerClock?: Clock;
  /** Folder for mails; by default `mail` in the state folder. */
  readonly mailFolder?: string;
}

interface CloudSettings {
  /** PRESSROOM_MINISTACK: an executable, or the address of a running MiniStack. */
  readonly ministack?: string;
  /** PRESSROOM_DYNAMODB: the address of a DynamoDB that checks no signatures, or `ministack` for MiniStack's own. */
  readonly dynamodb?: string;
  /** Fixed ports by name: `ministack`, `dynoxide`, `aws` (our own endpoint) and those of the resources. */
  readonly ports?: Readonly<Record<string, number>>;
}

/** A local cloud that is up. */
export interface Cloud {
  readonly region: string;
  readonly account: string;
  /** Addresses of the resources, by name. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Outputs of all stacks by their logical id. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly outputsByStack: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly exports: Readonly<Record<string, string>>;
  /** Values of Ref, by `<stack>/<logical id>`. */
  readonly physicalIds: Readonly<Record<string, string>>;
  readonly ministackEndpoint: string;
  readonly ownEndpoint: string;
  readonly rootCredentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Lines to print: the properties that the local cloud does not honour, by type. */
  readonly unhonoured: readonly string[];
  /** One line to print: resources that exist on AWS only. Empty if there are none. */
  readonly awsOnly: string;
  /** PEM of the edge's certificate. */
  readonly certificateFile: string;
  /** Logs of the cloud, its processes and its functions. */
  readonly logFolder: string;
  readonly services: CloudServices;
  /** Stops everything, in the reverse order of creation. Safe to call twice. */
  stop(): Promise<void>;
}

const defaultAccount = '000000000000';
const defaultRegion = 'us-east-1';

/**
 * Creates every resource of a synthesised CDK app on this machine.
 * @throws Error if types are unknown (all of them are named), a resource cannot be created, or another local cloud uses
 *   the state folder; everything that was already started is stopped first
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { stateFolder, settings = {}, onProgress = () => {} } = options;
  const assembly = readAssembly(options.assembly);
  const { account, region } = environmentOf(assembly.stacks, options);
  const stops: (() => Promise<void> | void)[] = [];
  let stopping: Promise<void> | undefined;
  const logFolder = join(stateFolder, 'logs');
  const log = (line: string): void => {
    appendFileSync(join(logFolder, 'cloud.log'), `${new Date().toISOString()} ${line}\n`);
    options.onLog?.(line);
  };
  const stop = (): Promise<void> => {
    stopping ??= stopAll(stops, log);
    return stopping;
  };

  mkdirSync(stateFolder, { recursive: true });
  // It holds passwords, keys and the data of the tables: other users of the machine must not read it.
  chmodSync(stateFolder, 0o700);
  const lock = await lockStateFolder(stateFolder);
  if (options.fresh) deleteState(stateFolder);
  mkdirSync(logFolder, { recursive: true });
  stops.push(() => lock.release());
  try {
    const addresses: Record<string, string> = {};
    const services = await startServices({
      stateFolder,
      mailFolder: options.mailFolder ?? join(stateFolder, 'mail'),
      logFolder,
      account,
      region,
      settings,
      lock,
      stops,
      addresses,
      log,
      onProgress,
    });
    provideAssets(services, assembly.assets);
    const scheduler = localScheduler(services, options.schedulerClock);
    const running: RunningResource[] = [];
    const { outputs, exports } = await createResources({
      stacks: assembly.stacks,
      types: [...resourceTypes, ...(options.types ?? [])],
      services,
      onCreated(made, done, total) {
        running.push(made);
        stops.push(async () => made.resource.stop?.());
        onProgress(`${done} of ${total} resources, ${made.type}`);
      },
    });
    onProgress('Activating the resources');
    await Promise.all(running.map(({ resource }) => resource.activate?.()));
    stops.push(() => scheduler.stop());
    await scheduler.activate();
    const unhonoured = unhonouredLines(services);
    const awsOnly = awsOnlyLine(running);
    for (const line of [...unhonoured, awsOnly]) if (line) log(line);

    return {
      region,
      account,
      addresses,
      outputs: Object.assign({}, ...Object.values(outputs)) as Record<string, string>,
      outputsByStack: outputs,
      exports,
      physicalIds: Object.fromEntries(
        running.map(({ stack, logicalId, resource }) => [`${stack}/${logicalId}`, resource.ref]),
      ),
      ministackEndpoint: services.ministackEndpoint,
      ownEndpoint: services.ownEndpoint,
      rootCredentials: services.rootCredentials,
      unhonoured,
      awsOnly,
      certificateFile: (await localCertificate(stateFolder)).file,
      logFolder,
      services,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Input of the start of the services; `stops` and `addresses` are added to. */
interface Startup {
  readonly stateFolder: string;
  readonly mailFolder: string;
  readonly logFolder: string;
  readonly account: string;
  readonly region: string;
  readonly settings: CloudSettings;
  readonly lock: StateLock;
  readonly stops: (() => Promise<void> | void)[];
  readonly addresses: Record<string, string>;
  log(line: string): void;
  onProgress(text: string): void;
}

async function startServices(startup: Startup): Promise<CloudServices> {
  const { stateFolder, mailFolder, account, region, settings, stops, addresses, log } = startup;
  const port = createPorts(join(stateFolder, 'ports.json'), settings.ports);
  startup.onProgress('Starting MiniStack and DynamoDB');
  const { ministack, dynamodb } = await startBackends(startup, port);
  const { endpoint: ministackEndpoint, rootCredentials } = ministack;

  const shelf = new Map<string, unknown>();
  const shared = <T>(name: string, make: () => T): T => {
    if (!shelf.has(name)) shelf.set(name, make());
    return shelf.get(name) as T;
  };
  const roles = rolePolicies({ shared });
  const decide = createDecide(roles, account);
  const sts = new STSClient({ region, endpoint: ministackEndpoint, credentials: rootCredentials });
  const credentials = createRoleCredentials(sts);

  const endpointPort = await port('aws');
  const own = await startOwnEndpoint({
    port: endpointPort,
    log,
    findKey: (accessKeyId) => findKey(accessKeyId, rootCredentials, credentials.find),
  });
  stops.push(() => own.stop());

  const services: CloudServices = {
    region,
    account,
    stateFolder,
    ministackEndpoint,
    ownEndpoint: `http://127.0.0.1:${endpointPort}`,
    rootCredentials,
    permissions: {
      principalOf(accessKeyId) {
        return accessKeyId === rootCredentials.accessKeyId ? 'root' : credentials.find(accessKeyId)?.roleArn;
      },
      async allows(principal, action, resource, context) {
        return (
          principal === 'root' || decide({ principal, action, resource, ...(context ? { context } : {}) })
        );
      },
    },
    credentialsFor: (roleArn) => credentials.credentialsFor(roleArn),
    functions: new Map(),
    registerEndpoint: (service, endpoint) => own.register(service, endpoint),
    emitServiceEvent: (event) => emitServiceEvent(services, event),
    shared,
    port,
    addAddress(name, value) {
      addresses[name] = value;
    },
    log,
  };
  registerDynamodb(own, dynamodb, services);
  own.register(
    'ses',
    createSesEndpoint({ account, region, permissions: services.permissions, folder: mailFolder }),
  );
  services.addAddress('mail', mailFolder);
  return services;
}

interface DynamodbProcess extends DynamodbBackend {
  readonly process?: StartedProcess;
}

/** Starts MiniStack and DynamoDB at the same time. Each is stopped after everything that uses it. */
async function startBackends(
  startup: Startup,
  port: (name: string) => Promise<number>,
): Promise<{ ministack: Ministack; dynamodb: DynamodbBackend }> {
  const { settings, lock, stops, stateFolder, logFolder, account, region, log } = startup;
  const dynoxide = settings.dynamodb ?? process.env.PRESSROOM_DYNAMODB ?? findDynoxide() ?? 'ministack';
  const usesMinistack = dynoxide === 'ministack';
  const addProcess = (started: StartedProcess | undefined): void => {
    if (!started) return;
    lock.addChild(started.pid);
    stops.push(() => started.stop());
  };
  const starts = await Promise.allSettled([
    startMinistack({
      setting: settings.ministack ?? process.env.PRESSROOM_MINISTACK,
      stateFolder,
      logFolder,
      account,
      region,
      moreServices: usesMinistack ? ['dynamodb'] : [],
      port,
      log,
    }).then((ministack) => {
      addProcess(ministack.process);
      return ministack;
    }),
    startDynamodb(dynoxide).then((started) => {
      addProcess(started?.process);
      return started;
    }),
  ]);
  const [ministack, dynamodb] = starts;
  if (ministack.status === 'rejected') throw ministack.reason;
  if (dynamodb.status === 'rejected') throw dynamodb.reason;
  return {
    ministack: ministack.value,
    dynamodb: dynamodb.value ?? ministackDynamodb(ministack.value, region),
  };

  async function startDynamodb(setting: string): Promise<DynamodbProcess | undefined> {
    if (usesMinistack) return undefined;
    if (/^https?:/.test(setting)) return { endpoint: setting };
    return startDynoxide({ program: setting, stateFolder, logFolder, port, log });
  }
}

/** MiniStack checks signatures, so calls that IAM has allowed here are signed again with the root key. */
function ministackDynamodb({ endpoint, rootCredentials }: Ministack, region: string): DynamodbBackend {
  const { protocol, hostname, port } = new URL(endpoint);
  const signer = new SignatureV4({
    service: 'dynamodb',
    region,
    credentials: rootCredentials,
    sha256: Sha256,
  });
  const signedHeaders = ['content-type', 'x-amz-target', 'host'];
  return {
    endpoint,
    async sign({ headers, body }) {
      const signed = await signer.sign({
        method: 'POST',
        protocol,
        hostname,
        port: Number(port),
        path: '/',
        query: {},
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => signedHeaders.includes(name))),
        body,
      });
      return signed.headers;
    },
  };
}

function registerDynamodb(own: OwnEndpoint, backend: DynamodbBackend, services: CloudServices): void {
  const { permissions, region, account } = services;
  dynamodbBackend(services, backend);
  own.register('dynamodb', createDynamodbEndpoint({ backend, permissions, region, account }));
}

function findKey(
  accessKeyId: string,
  root: { readonly accessKeyId: string; readonly secretAccessKey: string },
  find: (accessKeyId: string) => { roleArn: string; credentials: RoleCredentials } | undefined,
) {
  if (accessKeyId === root.accessKeyId) return { principal: 'root', secretAccessKey: root.secretAccessKey };
  const found = find(accessKeyId);
  if (!found) return undefined;
  const { secretAccessKey, sessionToken } = found.credentials;
  return { principal: found.roleArn, secretAccessKey, sessionToken };
}

/** Account and region of all stacks: the local cloud has one of each. */
function environmentOf(stacks: readonly AssemblyStack[], options: Pick<CloudOptions, 'account' | 'region'>) {
  const only = (of: string, values: readonly (string | undefined)[]): string | undefined => {
    const different = [...new Set(values.filter((value) => value !== undefined))];
    if (different.length > 1)
      throw new Error(`The stacks are for several ${of} (${different.join(', ')}). The local cloud has one.`);
    return different[0];
  };
  return {
    account:
      only(
        'accounts',
        stacks.map((stack) => stack.account),
      ) ??
      options.account ??
      defaultAccount,
    region:
      only(
        'regions',
        stacks.map((stack) => stack.region),
      ) ??
      options.region ??
      defaultRegion,
  };
}

/** Deletes everything except the lock, which is held. */
function deleteState(stateFolder: string): void {
  for (const name of readdirSync(stateFolder)) {
    if (name !== lockFile) rmSync(join(stateFolder, name), { recursive: true, force: true });
  }
}

async function stopAll(stops: (() => Promise<void> | void)[], log: (line: string) => void): Promise<void> {
  for (const stop of stops.reverse()) {
    try {
      await stop();
    } catch (error) {
      log(`A part could not be stopped: ${error instanceof Error ? error.message : error}`);
    }
  }
}

function unhonouredLines(services: CloudServices): string[] {
  return [...notedUnhonoured(services)]
    .map(([type, paths]) => `Not honoured here: ${type} ${[...paths].join(', ')}`)
    .sort();
}

function awsOnlyLine(running: readonly RunningResource[]): string {
  const counts = new Map<string, number>();
  const words = new Map(resourceTypes.map((type) => [type.type, type.awsOnly]));
  for (const { type } of running) {
    const word = words.get(type);
    if (word) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  if (counts.size === 0) return '';
  return `Only on AWS: ${[...counts].map(([word, count]) => `${word} (${count})`).join(', ')}`;
}
