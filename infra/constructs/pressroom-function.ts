import { join } from 'node:path';
import { type Duration, RemovalPolicy, Size, Stage, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EnvironmentContract } from '../../adapters/runtime/environment.ts';
import type { Config } from '../config.ts';
import type { Binding } from './binding.ts';
import { bundleFunction } from './function-bundle.ts';

export interface PressroomFunctionProps<Name extends string> {
  readonly config: Config;
  /** Folder below `functions/`: also the name of the function, its log group, its alarms and its runbook headings. */
  readonly folder: string;
  /** A second deployment of the same code, for work of another size: `pressroom-ingest-upload-large`. */
  readonly variant?: string;
  /** From the function's `env.ts`. */
  readonly contract: EnvironmentContract<Name>;
  /** Exactly the names of the contract: a missing or needless one does not compile. */
  readonly bind: { readonly [Bound in NoInfer<Name>]: Binding };
  /** MB. */
  readonly memory: number;
  readonly timeout: Duration;
  /** MB of `/tmp`. Default: the 512 that cost nothing. */
  readonly disk?: number;
  /**
   * The function decodes or encodes images. It then runs on x86_64: by sharp's own benchmark arm64 has 0.60 of the
   * speed there at 0.80 of the price. All others run on arm64.
   */
  readonly sharp?: boolean;
  /** The function decodes HEIC: libheif goes along as a package of its own. */
  readonly heic?: boolean;
  /** Executions that are kept for the function, and its limit. Default: it shares those of the account. */
  readonly reservedConcurrency?: number | undefined;
  /** Takes the events of asynchronous invocations that failed three times. */
  readonly deadLetters?: IQueue;
}

/**
 * A Lambda function with its bundle, its own log group, tracing, and a role that may do what `bind` says and no more.
 */
export class PressroomFunction<const Name extends string = string> extends Construct {
  /** `pressroom-publish-part` */
  readonly name: string;
  /** `publish-part`, or `ingest-upload-large` with a variant: the subject of alarms. */
  readonly folder: string;
  readonly timeout: Duration;
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: PressroomFunctionProps<Name>) {
    super(scope, id);
    const { config, folder, contract, memory, timeout, sharp = false, heic = false } = props;
    const bind: Readonly<Record<string, Binding>> = props.bind;
    this.folder = props.variant === undefined ? folder : `${folder}-${props.variant}`;
    this.name = `${config.prefix}-${this.folder}`;
    this.timeout = timeout;

    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${this.name}`,
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        // In place of AWS's managed policy, which would let it write to every log group of the account.
        log: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: this.name,
      runtime: Runtime.NODEJS_24_X,
      architecture: sharp ? Architecture.X86_64 : Architecture.ARM_64,
      code: Code.fromAsset(bundleFunction(folder, bundleFolder(this), { sharp, heic })),
      handler: 'index.handler',
      memorySize: memory,
      ...(props.disk !== undefined && { ephemeralStorageSize: Size.mebibytes(props.disk) }),
      timeout,
      role,
      logGroup,
      tracing: Tracing.ACTIVE,
      // Only a function whose version is asked for has one. Old ones are kept for executions that still call them, and
      // removed by `npm run deploy`. One that a failed deployment made is not kept: Lambda makes no second version of the
      // same code.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      ...(props.deadLetters && { deadLetterQueue: props.deadLetters }),
      environment: {
        ...Object.fromEntries(contract.names.map((name) => [name, bind[name]?.value ?? ''])),
        POWERTOOLS_SERVICE_NAME: folder,
        LOG_LEVEL: config.logLevel,
        // glibc keeps free memory for each thread; with two arenas a mixed load needs less: docs/image-performance.md.
        ...(sharp && { MALLOC_ARENA_MAX: '2' }),
      },
    });

    for (const { statements, wildcards } of Object.values(bind)) {
      for (const statement of statements) role.addToPrincipalPolicy(statement);
      for (const { findingIn, reason } of wildcards)
        Validations.of(this).acknowledge({ id: `AwsSolutions-IAM5[Resource::${findingIn(this)}]`, reason });
    }
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'X-Ray knows no resources for the segments that tracing sends, nor EventBridge Scheduler and DynamoDB Streams for lists; no other statement of this role has a *.',
    });
  }
}

/** Bundles are made beside the templates, so that one `cdk.out` holds all that a synth writes. */
function bundleFolder(scope: Construct): string {
  return join(Stage.of(scope)?.outdir ?? 'cdk.out', 'bundles');
}
