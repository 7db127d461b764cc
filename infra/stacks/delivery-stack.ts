import { Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  type CfnDistribution,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  FunctionUrlOriginAccessControl,
  HttpVersion,
  OriginRequestCookieBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
  OriginRequestQueryStringBehavior,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { FunctionUrlOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { shortLivedPrefix } from '../../domain/jobs/job-file-names.ts';
import { environment as invalidateCdnEnvironment } from '../../functions/invalidate-cdn/env.ts';
import { environment as sendInvalidationsEnvironment } from '../../functions/send-invalidations/env.ts';
import { environment as serveImageEnvironment } from '../../functions/serve-image/env.ts';
import type { Config } from '../config.ts';
import { bucket, distribution, plainText, table } from '../constructs/binding.ts';
import { addRecords } from '../constructs/dns-records.ts';
import { bundleEdgeFunction } from '../constructs/edge-bundle.ts';
import { exportOutput, keepExports } from '../constructs/export-output.ts';
import { globalName } from '../constructs/global-name.ts';
import { PressroomFunction } from '../constructs/pressroom-function.ts';
import { QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import { searchDisk } from '../search-disk.ts';
import type { DataStack } from './data-stack.ts';

/** The header that CloudFront takes an object's cache tags from. S3 sends an object's metadata under this name. */
const cacheTagHeader = 'x-amz-meta-cache-tag';

/** 10 hours: what the edge keeps where the origin says nothing else, as specified. */
const edgeTtl = Duration.seconds(36_000);

/**
 * Seconds that the edge keeps "not found": floods of requests for missing media then cost no function and no GET, and a
 * published id is there after as long at the latest.
 */
const notFoundTtl = Duration.seconds(5);

/** All other error statuses that CloudFront can keep. They are not kept, unless the image server asks for it. */
const uncachedErrors = [400, 403, 405, 414, 416, 500, 501, 502, 503, 504];

const imageTimeout = Duration.seconds(30);

/**
 * Seconds that CloudFront waits for serve-image: longer than the function may take, so that it never gives up on a picture
 * that is still being made. CloudFront allows 120 without a raised quota.
 */
const imageReadTimeout = Duration.seconds(35);

export interface DeliveryStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  /** Web ACL of the distribution, if there is one. */
  readonly webAclArn?: string;
}

/** What the world loads media from: the CDN, the image server behind it, and what flushes the one for the other. */
export class DeliveryStack extends Stack {
  readonly serveImage: PressroomFunction;
  readonly invalidateCdn: PressroomFunction;
  readonly sendInvalidations: PressroomFunction;
  readonly distribution: Distribution;
  /** Host name of delivery URLs. */
  readonly domain: string;
  readonly invalidations: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { config, data, webAclArn, ...props }: DeliveryStackProps) {
    super(scope, id, props);

    const serveImage = new PressroomFunction(this, 'ServeImage', {
      config,
      folder: 'serve-image',
      contract: serveImageEnvironment,
      bind: {
        IMAGE_SERVING_BUCKET: bucket(data.origins['image-serving'], {
          objects: ['GetObject'],
          // Of files it reads the type, to name the address of a file that is no image.
          keys: ['*/image/*', '*/content/*', '*/set/*'],
          list: true,
        }),
        // Records of adaptive video sets, and the facts of videos in sets.
        VIDEO_BUCKET: bucket(data.origins.video, { objects: ['GetObject'], list: true }),
        // Image presets and settings, and for previews the masters with the keys that sign previews.
        MASTERS_BUCKET: bucket(data.masters, {
          objects: ['GetObject', 'GetObjectVersion'],
          // Without it S3 does not tell a company without settings from a missing permission.
          list: true,
        }),
      },
      // 1.16 processors. The time of every kind of image falls as the price rises up to about 2,150 MB, where the first one's
      // busiest thread is the limit: docs/image-performance.md.
      memory: 2048,
      reservedConcurrency: config.imageConcurrency,
      timeout: imageTimeout,
      sharp: true,
    });
    this.serveImage = serveImage;

    this.distribution = this.makeDistribution(config, data, serveImage, webAclArn);
    this.domain = config.deliveryDomain ?? this.distribution.distributionDomainName;
    // The API imports it only without a domain of its own.
    keepExports(this, this.distribution.distributionDomainName);

    this.invalidateCdn = new PressroomFunction(this, 'InvalidateCdn', {
      config,
      folder: 'invalidate-cdn',
      contract: invalidateCdnEnvironment,
      bind: {
        ASSET_TABLE: table(data.assetTable, ['BatchGetItem']),
        JOB_TABLE: table(data.jobTable, ['GetItem', 'PutItem', 'UpdateItem', 'Query']),
        MASTERS_BUCKET: bucket(data.masters, {
          objects: ['GetObject'],
          keys: '*/settings/images.json',
          list: true,
        }),
        // The search index: it opens what others build.
        JOBS_BUCKET: bucket(data.jobs, {
          objects: ['GetObject'],
          keys: ['_search/*', `${shortLivedPrefix}*/search/*`],
          list: true,
        }),
        DELIVERY_DOMAIN: plainText(this.domain),
        DISTRIBUTION_ID: distribution(this.distribution, ['CreateInvalidation', 'GetInvalidation']),
        USER_POOL_CLIENT: plainText(data.userPoolClient.userPoolClientId),
        TOKEN_ISSUER: plainText(`https://${data.userPool.userPoolProviderName}`),
      },
      // 100 MB of an index are loaded at a time.
      memory: 512,
      disk: searchDisk,
      // An HTTP API gives up after 30 s.
      timeout: Duration.seconds(29),
    });

    const sendInvalidations = new PressroomFunction(this, 'SendInvalidations', {
      config,
      folder: 'send-invalidations',
      contract: sendInvalidationsEnvironment,
      bind: {
        DISTRIBUTION_ID: distribution(this.distribution, ['CreateInvalidation']),
        JOB_TABLE: table(data.jobTable, ['UpdateItem']),
      },
      memory: 256,
      timeout: Duration.minutes(1),
    });
    this.sendInvalidations = sendInvalidations;
    const { queue, deadLetters } = new QueueWithDeadLetters(this, 'Withdrawn', {
      name: sendInvalidations.name,
      functionTimeout: sendInvalidations.timeout,
    });
    sendInvalidations.lambda.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 10,
        reportBatchItemFailures: true,
        // CloudFront counts the invalidations in progress for the whole account: two at a time leave room for others.
        maxConcurrency: 2,
      }),
    );
    this.invalidations = queue;
    this.deadLetters = deadLetters;

    exportOutput(this, config, 'DeliveryDomain', this.domain);
    if (config.deliveryDomain) {
      exportOutput(this, config, 'DeliveryDomainTarget', this.distribution.distributionDomainName);
      addRecords(this, config, config.deliveryDomain, new CloudFrontTarget(this.distribution));
    }
    exportOutput(this, config, 'DistributionId', this.distribution.distributionId);
  }

  private makeDistribution(
    config: Config,
    data: DataStack,
    serveImage: PressroomFunction,
    webAclArn: string | undefined,
  ): Distribution {
    const checkRequest = new EdgeFunction(this, 'CheckRequest', {
      functionName: globalName(this, config, 'check-request'),
      comment:
        'Checks delivery URLs, gives each meaning one form, and rewrites them to the paths of the origins',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(bundleEdgeFunction('check-request')),
    });
    const finishFile = new EdgeFunction(this, 'FinishFile', {
      functionName: globalName(this, config, 'finish-file'),
      comment: 'Allows other sites to read files, and keeps documents from running in the name of the domain',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(bundleEdgeFunction('finish-file')),
    });
    const accessControl = new S3OriginAccessControl(this, 'OriginAccess', {
      originAccessControlName: globalName(this, config, 'files'),
    });
    // The bucket's policy is the data stack's own: with `withOriginAccessControl` the CDK would write one that names this
    // distribution, and the two stacks would depend on each other.
    const s3Origin = (of: (typeof data.origins)[keyof typeof data.origins], originPath?: string) =>
      S3BucketOrigin.withBucketDefaults(of, {
        originAccessControlId: accessControl.originAccessControlId,
        ...(originPath && { originPath }),
      });
    const images = FunctionUrlOrigin.withOriginAccessControl(
      serveImage.lambda.addFunctionUrl({
        authType: FunctionUrlAuthType.AWS_IAM,
        invokeMode: InvokeMode.RESPONSE_STREAM,
      }),
      {
        readTimeout: imageReadTimeout,
        // Another attempt would make a slow picture again while the first is still at it.
        connectionAttempts: 1,
        originAccessControl: new FunctionUrlOriginAccessControl(this, 'ImageAccess', {
          originAccessControlName: globalName(this, config, 'images'),
        }),
      },
    );
    const files = s3Origin(data.origins['image-serving']);
    const video = s3Origin(data.origins.video);
    // Modules that pages embed: packages/viewers/hosting/put-viewers.ts puts them there. No company can be named `_`.
    const programs = s3Origin(data.origins['image-serving'], '/_');

    const shared = {
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      // Images and video are compressed already.
      compress: false,
      responseHeadersPolicy: this.makeResponseHeadersPolicy(config),
      functionAssociations: [{ function: checkRequest, eventType: FunctionEventType.VIEWER_REQUEST }],
    } satisfies Partial<BehaviorOptions>;
    const finishing = { function: finishFile, eventType: FunctionEventType.VIEWER_RESPONSE };
    const filesShared = {
      ...shared,
      functionAssociations: [...shared.functionAssociations, finishing],
    };
    const imageCache = this.makeCachePolicy('Images', config, CacheQueryStringBehavior.all());
    // S3 has query strings of its own (?versionId, ?acl): whatever else is asked never gets there.
    const byVersion = CacheQueryStringBehavior.allowList('id');
    const fileCache = this.makeCachePolicy('Files', config, byVersion);
    // Of its own, because it keeps a copy for each encoding.
    const contentCache = this.makeCachePolicy('Content', config, byVersion, { compressed: true });

    const made = new Distribution(this, 'Distribution', {
      comment: `${config.prefix}: media delivery`,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: {
        '100': PriceClass.PRICE_CLASS_100,
        '200': PriceClass.PRICE_CLASS_200,
        all: PriceClass.PRICE_CLASS_ALL,
      }[config.priceClass],
      ...(config.deliveryDomain &&
        config.deliveryCertificateArn && {
          domainNames: [config.deliveryDomain],
          certificate: Certificate.fromCertificateArn(this, 'Certificate', config.deliveryCertificateArn),
          minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        }),
      ...(webAclArn !== undefined && { webAclId: webAclArn }),
      // Paths that are none of the three: check-request answers them with 404, the origin is never asked.
      defaultBehavior: { ...filesShared, origin: files, cachePolicy: fileCache },
      additionalBehaviors: {
        '/is/image/*': { ...shared, origin: images, cachePolicy: imageCache },
        // CloudFront compresses text types of 1 kB to 10 MB: SVG, CSS, JavaScript, XML, JSON, HTML, TTF and OTF.
        '/is/content/*': { ...filesShared, origin: files, cachePolicy: contentCache, compress: true },
        '/e2/*': { ...filesShared, origin: video, cachePolicy: fileCache },
        // An address has the version of the viewers in it: nothing has to be checked before the cache.
        '/viewers/*': {
          ...filesShared,
          functionAssociations: [finishing],
          allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
          origin: programs,
          cachePolicy: contentCache,
          compress: true,
        },
        // Never kept at the edge: a revoked preview must fail, and each has one visitor, whose browser keeps it. The image
        // server checks the path itself.
        '/preview/*': {
          ...filesShared,
          functionAssociations: [finishing],
          allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
          origin: images,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: new OriginRequestPolicy(this, 'Previews', {
            originRequestPolicyName: globalName(this, config, 'previews'),
            queryStringBehavior: OriginRequestQueryStringBehavior.all(),
            // For fmt=auto and network=on.
            headerBehavior: OriginRequestHeaderBehavior.allowList('Accept', 'ECT', 'Save-Data'),
            cookieBehavior: OriginRequestCookieBehavior.none(),
          }),
        },
      },
      errorResponses: [
        { httpStatus: 404, ttl: notFoundTtl },
        ...uncachedErrors.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      ],
    });
    // The L2 does not know cache tags yet.
    (made.node.defaultChild as CfnDistribution).addPropertyOverride('DistributionConfig.CacheTagConfig', {
      HeaderName: cacheTagHeader,
    });
    this.acknowledge(made, config, webAclArn !== undefined);
    return made;
  }

  private makeCachePolicy(
    id: string,
    config: Config,
    queryStringBehavior: CacheQueryStringBehavior,
    { compressed }: { readonly compressed: boolean } = { compressed: false },
  ): CachePolicy {
    return new CachePolicy(this, id, {
      cachePolicyName: globalName(this, config, id.toLowerCase()),
      queryStringBehavior,
      headerBehavior: CacheHeaderBehavior.none(),
      cookieBehavior: CacheCookieBehavior.none(),
      minTtl: Duration.seconds(0),
      defaultTtl: edgeTtl,
      maxTtl: Duration.days(365),
      enableAcceptEncodingBrotli: compressed,
      enableAcceptEncodingGzip: compressed,
    });
  }

  private makeResponseHeadersPolicy(config: Config): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'Headers', {
      responseHeadersPolicyName: globalName(this, config, 'delivery'),
      // No CORS here: CloudFront would add it only to requests that name an origin. The functions set it.
      securityHeadersBehavior: {
        contentTypeOptions: { override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          includeSubdomains: false,
          override: true,
        },
      },
      // What S3 tells about the object and its storage is nobody's business but ours.
      removeHeaders: [
        'x-amz-meta-asset',
        cacheTagHeader,
        'x-amz-server-side-encryption',
        'x-amz-version-id',
        'x-amz-request-id',
        'x-amz-id-2',
      ],
    });
  }

  private acknowledge(made: Distribution, config: Config, hasWebAcl: boolean): void {
    const reasons = {
      'AwsSolutions-CFR1':
        'Published media are for the whole world; who needs a geo restriction sets it here.',
      ...(!hasWebAcl && {
        'AwsSolutions-CFR2':
          'Read-only and cached; check-request refuses what is no delivery URL before any origin is asked. With -c maxRequestsPerAddress there is a web ACL, for $6 a month and $0.60 a million requests.',
      }),
      'AwsSolutions-CFR3':
        'Access logs are written by standard logging v2, whose resources are in the edge stack; the rule knows the legacy logs only.',
      ...(!config.deliveryDomain && {
        'AwsSolutions-CFR4':
          'The name cloudfront.net comes with its own certificate and TLS policy. With -c deliveryDomain it is TLSv1.2_2021.',
      }),
    };
    for (const [id, reason] of Object.entries(reasons)) Validations.of(made).acknowledge({ id, reason });
  }
}
