/** Starts one local cloud with the console for all tests of this folder. They get its addresses by `inject('console')`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloud } from '@pressroom/local-aws/start-cloud';
import type { TestProject } from 'vitest/node';
import { addressOf, outputOf } from '../../../local/endpoints.ts';
import { serveConsole } from '../../../local/serve-console.ts';
import { faultyPublishPart } from '../../e2e/support/faulty-assembly.ts';
import { localAssembly } from '../../support/local-assembly.ts';

/** What tests need to know of the local cloud. */
export interface ConsoleCloud {
  /** Address of the console, without a slash at its end. */
  readonly console: string;
  readonly api: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly cognito: string;
  readonly s3: string;
  readonly dynamodb: string;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly jobTable: string;
  /** Addresses of the CDN: as its URLs are in an installation, and without TLS, as the console shows them here. */
  readonly delivery: { readonly https: string; readonly http: string };
  /** Folder of the assembly whose publish-part can be held. */
  readonly assembly: string;
  /** Outputs and addresses, as those who start the cloud have them. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly addresses: Readonly<Record<string, string>>;
}

declare module 'vitest' {
  export interface ProvidedContext {
    console: ConsoleCloud;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'pressroom-console-'));
  const faulty = await faultyPublishPart(await localAssembly());
  const cloud = await startCloud({ assembly: faulty.folder, stateFolder: join(folder, 'cloud') });
  const stop = async () => {
    await cloud.stop();
    await faulty.remove();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    project.provide('console', {
      console: await serveConsole(cloud),
      api: addressOf(cloud, 'api'),
      region: cloud.region,
      credentials: cloud.rootCredentials,
      cognito: cloud.ministackEndpoint,
      s3: cloud.ministackEndpoint,
      dynamodb: cloud.ownEndpoint,
      userPoolId: outputOf(cloud, 'UserPoolId'),
      clientId: outputOf(cloud, 'UserPoolClientId'),
      jobTable: outputOf(cloud, 'JobTable'),
      delivery: { https: addressOf(cloud, 'delivery'), http: addressOf(cloud, 'delivery-plain') },
      assembly: faulty.folder,
      outputs: cloud.outputs,
      addresses: cloud.addresses,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
