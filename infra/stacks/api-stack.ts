import { overviewRoutes } from '@pressroom/api/companies/overview-routes';
import { invalidationRoutes } from '@pressroom/api/delivery/invalidation-routes';
import { searchRoutes } from '@pressroom/api/library/search-routes';
import { apiRoot, methods } from '@pressroom/api/route';
import { publicRoutes } from '@pressroom/api/routes';
import { Duration, RemovalPolicy, Stack, type StackProps, Token, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  CorsHttpMethod,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import { assetTable, jobTable } from '../../adapters/dynamodb/keys.ts';
import { shortLivedPrefix } from '../../domain/jobs/job-file-names.ts';
import { environment } from '../../functions/serve-api/env.ts';
import { type Config, webOrigins } from '../config.ts';
import {
  bucket,
  eventBusToPutOn,
  plainText,
  queueToSendTo,
  stateMachineToStart,
  table,
  userPool,
  withoutAccess,
} from '../constructs/binding.ts';
import { addRecords } from '../constructs/dns-records.ts';
import { exportOutput, keepExports } from '../constructs/export-output.ts';
import { PressroomFunction } from '../constructs/pressroom-function.ts';
import { searchDisk } from '../search-disk.ts';
import type { DataStack } from './data-stack.ts';
import type { DeliveryStack } from './delivery-stack.ts';
import type { LibraryStack } from './library-stack.ts';
import type { PublishingStack } from './publishing-stack.ts';
import type { SchedulesStack } from './schedules-stack.ts';

/** The routes that serve-api-search serves. */
const searchingRoutes = [searchRoutes.searchAssets, overviewRoutes.readOverview];

export interface ApiStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly publishing: PublishingStack;
  readonly delivery: DeliveryStack;
  readonly schedules: SchedulesStack;
  readonly library: LibraryStack;
}

/** The HTTP API that console, command line and other programs use. */
export class ApiStack extends Stack {
  readonly serveApi: PressroomFunction;
  /** Another deployment of serve-api, for searches. */
  readonly serveSearch: PressroomFunction;
  readonly api: HttpApi;
  /** Base address of the API for people and programs, without a slash at the end. */
  readonly url: string;

  constructor(
    scope: Construct,
    id: string,
    { config, data, publishing, delivery, schedules, library, ...props }: ApiStackProps,
  ) {
    super(scope, id, props);

    this.api = new HttpApi(this, 'Api', {
      apiName: config.prefix,
      description: 'Media library and publishing',
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: [...webOrigins(config, data.consoleOrigin)],
        allowMethods: methods.map((method) => CorsHttpMethod[method]),
        allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match'],
        exposeHeaders: ['etag', 'content-disposition', 'retry-after', 'link'],
        maxAge: Duration.hours(1),
      },
    });

    this.url = config.apiDomain ? `https://${config.apiDomain}` : this.api.apiEndpoint;

    // Publishing and unpublishing by hand write to the servers directly, without a job.
    const origin = { objects: ['PutObject', 'DeleteObject', 'AbortMultipartUpload'] } as const;
    const shared = {
      config,
      folder: 'serve-api',
      contract: environment,
      // An HTTP API gives up after 30 s.
      timeout: Duration.seconds(29),
      // serve-api itself opens an index where a job is submitted for what a search finds.
      disk: searchDisk,
    };
    const bind = {
      ASSET_TABLE: table(
        data.assetTable,
        [
          'GetItem',
          'BatchGetItem',
          'Query',
          'PutItem',
          'UpdateItem',
          'DeleteItem',
          'BatchWriteItem',
          'ConditionCheckItem',
        ],
        ['byFolder', 'byFolderDate', 'byFolderSize', 'byFolderType', 'byName', 'byType', 'pending'],
      ),
      JOB_TABLE: table(
        data.jobTable,
        [
          'GetItem',
          'BatchGetItem',
          'Query',
          'PutItem',
          'UpdateItem',
          'DeleteItem',
          'BatchWriteItem',
          'ConditionCheckItem',
        ],
        Object.values(jobTable.indexes).map(({ name }) => name),
      ),
      // What a presigned URL may do is what the function that signed it may do.
      UPLOAD_BUCKET: bucket(data.uploads, { objects: ['PutObject', 'AbortMultipartUpload'] }),
      // Records of sets are masters that this function writes.
      MASTERS_BUCKET: bucket(data.masters, {
        objects: ['GetObject', 'GetObjectVersion', 'PutObject', 'DeleteObjectVersion'],
        list: true,
      }),
      // Logs, and the lists of assets that jobs are submitted with. A presigned URL of an exported log is good for what
      // this function may do itself.
      JOBS_BUCKET: bucket(data.jobs, { objects: ['GetObject', 'PutObject'], list: true }),
      IMAGE_SERVING_BUCKET: bucket(data.origins['image-serving'], origin),
      IMAGE_RENDERING_BUCKET: bucket(data.origins['image-rendering'], origin),
      VIDEO_BUCKET: bucket(data.origins.video, origin),
      // There an asset that moves is copied from its old place.
      SERVER_DIRECTORY_BUCKET: bucket(data.origins['server-directory'], {
        objects: [...origin.objects, 'GetObject'],
        list: true,
      }),
      PUBLISH_STATE_MACHINE: stateMachineToStart(publishing.stateMachineArn, {
        arns: publishing.executionArns,
        actions: ['StopExecution'],
      }),
      INVALIDATION_QUEUE: queueToSendTo(delivery.invalidations),
      EXPORT_QUEUE: queueToSendTo(publishing.exports),
      INDEX_QUEUE: queueToSendTo(library.indexes),
      PLAN_QUEUE: queueToSendTo(publishing.plans),
      ZIP_QUEUE: queueToSendTo(library.zipFiles),
      FETCH_QUEUE: queueToSendTo(data.fetches.queue),
      ACTION_QUEUE: queueToSendTo(data.actions.queue),
      // Only to check what uploads name: fetch-files reads them.
      SOURCE_BUCKETS: plainText(config.sourceBuckets),
      PART_ENTRIES: plainText(String(config.partEntries)),
      DELIVERY_DOMAIN: plainText(delivery.domain),
      EVENT_BUS: eventBusToPutOn(data.eventBus),
      ...schedules.bindScheduler(['CreateSchedule', 'UpdateSchedule', 'DeleteSchedule']),
      SECRET_TABLE: table(data.secretTable, ['GetItem', 'PutItem']),
      NOTIFICATION_QUEUE: queueToSendTo(data.notifications.queue),
      API_ENDPOINT: plainText(this.api.apiEndpoint),
      API_URL: plainText(this.url),
      // Only to know whether mail is sent.
      MAIL_FROM: plainText(config.mailFrom ?? 'off'),
      NOTIFY_LOOPBACK: plainText(config.notifyLoopback),
      USER_POOL: userPool(data.userPool, [
        'AdminCreateUser',
        'AdminGetUser',
        'AdminResetUserPassword',
        'AdminDeleteSoftwareToken',
        'AdminUserGlobalSignOut',
        'ListUsers',
        'CreateUserPoolClient',
        'DeleteUserPoolClient',
        'AddUserPoolClientSecret',
        'ListUserPoolClientSecrets',
        'DeleteUserPoolClientSecret',
      ]),
      USER_POOL_CLIENT: plainText(data.userPoolClient.userPoolClientId),
      TOKEN_ISSUER: plainText(`https://${data.userPool.userPoolProviderName}`),
      TOKEN_URL: plainText(`${data.loginAddress}/oauth2/token`),
      MAX_RUNNING_JOBS: plainText(String(config.maxRunningJobs)),
    };
    this.serveApi = new PressroomFunction(this, 'ServeApi', {
      ...shared,
      bind,
      memory: 512,
      reservedConcurrency: config.apiConcurrency,
    });
    // The search indexes are on the disk of few environments, and one vCPU searches them (docs/decisions/0033). What it may
    // do is what its routes call: test/support/search-permissions.ts.
    this.serveSearch = new PressroomFunction(this, 'ServeSearch', {
      ...shared,
      bind: {
        ...withoutAccess(bind),
        ASSET_TABLE: table(data.assetTable, ['BatchGetItem'], [assetTable.indexes.byName.name]),
        JOB_TABLE: table(
          data.jobTable,
          ['GetItem', 'Query'],
          [jobTable.indexes.byTime.name, jobTable.indexes.active.name],
        ),
        // Only the object with a company's preview key is written.
        MASTERS_BUCKET: bucket(data.masters, {
          objects: ['GetObject', 'GetObjectVersion'],
          puts: '*/settings/preview.json',
          list: true,
        }),
        JOBS_BUCKET: bucket(data.jobs, {
          objects: ['GetObject', 'PutObject'],
          keys: ['_search/*', `${shortLivedPrefix}*/search/*`],
          list: true,
        }),
        INDEX_QUEUE: bind.INDEX_QUEUE,
        SECRET_TABLE: bind.SECRET_TABLE,
      },
      variant: 'search',
      memory: 1_769,
    });

    this.addRoutes(delivery.invalidateCdn);
    const stage = this.addStage(config);
    if (config.apiDomain && config.apiCertificateArn)
      this.addDomain(config, config.apiDomain, config.apiCertificateArn, stage);

    exportOutput(this, config, 'ApiUrl', this.url);
    exportOutput(this, config, 'ApiEndpoint', this.api.apiEndpoint);
    // The notification stack imports it only without a domain of the API.
    keepExports(this, this.api.apiEndpoint);
  }

  private addRoutes(invalidateCdn: PressroomFunction): void {
    const toServeApi = new HttpLambdaIntegration('ServeApi', this.serveApi.lambda);
    const toServeSearch = new HttpLambdaIntegration('ServeSearch', this.serveSearch.lambda);
    const toInvalidateCdn = new HttpLambdaIntegration('InvalidateCdn', invalidateCdn.lambda);
    const signedIn = this.api.addRoutes({
      path: `${apiRoot}/{proxy+}`,
      // Every method but OPTIONS, so that serve-api itself refuses a wrong method. ANY would include the preflight requests
      // of browsers, which carry no token: all of them would end as 401 instead of being answered from the CORS settings.
      methods: methods.map((method) => HttpMethod[method]),
      integration: toServeApi,
    });
    for (const { path, method } of Object.values(invalidationRoutes)) {
      signedIn.push(
        ...this.api.addRoutes({ path, methods: [HttpMethod[method]], integration: toInvalidateCdn }),
      );
    }
    for (const { path, method } of searchingRoutes) {
      signedIn.push(
        ...this.api.addRoutes({ path, methods: [HttpMethod[method]], integration: toServeSearch }),
      );
    }
    for (const route of signedIn)
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'The functions check the tokens: a JWT authorizer has one issuer and a fixed list of clients (decision 23).',
      });
    for (const { path, method, publicBecause } of Object.values(publicRoutes)) {
      for (const route of this.api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration: toServeApi,
      }))
        Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: publicBecause });
    }
  }

  /** The default endpoint stays as it is: trigger URLs have it. */
  private addDomain(config: Config, domain: string, certificateArn: string, stage: HttpStage): void {
    const region = certificateArn.split(':')[3];
    if (!Token.isUnresolved(this.region) && region !== this.region)
      throw new Error(
        `apiCertificateArn is of ${region}: it must be of ${this.region}, the region of the installation.`,
      );
    const name = new DomainName(this, 'Domain', {
      domainName: domain,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, 'Mapping', { api: this.api, domainName: name, stage });
    exportOutput(this, config, 'ApiDomainTarget', name.regionalDomainName);
    addRecords(
      this,
      config,
      domain,
      new ApiGatewayv2DomainProperties(name.regionalDomainName, name.regionalHostedZoneId),
    );
  }

  private addStage(config: Config): HttpStage {
    const log = new LogGroup(this, 'AccessLog', {
      logGroupName: `/aws/vendedlogs/http-api/${config.prefix}`,
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: config.apiRequestsPerSecond, burstLimit: config.apiRequestsPerSecond * 2 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        // Without the path: that of a trigger URL holds its token. serve-api logs the paths of requests that it refuses.
        format: AccessLogFormat.custom(
          JSON.stringify({
            time: '$context.requestTimeEpoch',
            requestId: '$context.requestId',
            ip: '$context.identity.sourceIp',
            method: '$context.httpMethod',
            route: '$context.routeKey',
            status: '$context.status',
            bytes: '$context.responseLength',
            latencyMs: '$context.responseLatency',
            integrationStatus: '$context.integration.status',
            integrationLatencyMs: '$context.integrationLatency',
            integrationError: '$context.integrationErrorMessage',
          }),
        ),
      },
    });
  }
}
