import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CorsRule,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';

export interface PrivateBucketProps {
  readonly config: Config;
  /** Where the requests to this bucket are logged; the access-log bucket itself has none. */
  readonly accessLogs?: IBucket;
  readonly versioned?: boolean;
  readonly lifecycle?: readonly LifecycleRule[];
  readonly cors?: readonly CorsRule[];
  /** Everything in it can be made again: it goes with its stack, whatever becomes of the data. */
  readonly disposable?: boolean;
}

/**
 * A bucket that nothing public reaches: TLS only, encrypted, no ACLs, requests logged. Uploads left unfinished are
 * dropped after a day, since their parts are paid for and listed nowhere.
 */
export class PrivateBucket extends Construct {
  /** As the interface: the class is not assignable to it under `exactOptionalPropertyTypes`. */
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const bucket: unknown = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: props.versioned ?? false,
      // A creation that fails leaves no bucket behind; it is empty.
      removalPolicy:
        props.config.data === 'retain' && !props.disposable
          ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
          : RemovalPolicy.DESTROY,
      ...(props.accessLogs && {
        serverAccessLogsBucket: props.accessLogs,
        serverAccessLogsPrefix: `s3/${id}/`,
      }),
      ...(props.cors && { cors: [...props.cors] }),
      lifecycleRules: [
        { id: 'drop-unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
        ...(props.lifecycle ?? []),
      ],
    });
    this.bucket = bucket as IBucket;
  }
}
