import { awsOnlyTypes } from './aws-only-types.ts';
import { cloudfrontCachePolicy } from './cloudfront-cache-policy.ts';
import { cloudfrontDistribution } from './cloudfront-distribution.ts';
import { cloudfrontFunction } from './cloudfront-function.ts';
import { cloudfrontOriginAccessControl } from './cloudfront-origin-access-control.ts';
import { cloudfrontOriginRequestPolicy } from './cloudfront-origin-request-policy.ts';
import { cloudfrontResponseHeadersPolicy } from './cloudfront-response-headers-policy.ts';
import { cognitoUserPool } from './cognito-user-pool.ts';
import { cognitoUserPoolClient } from './cognito-user-pool-client.ts';
import { cognitoUserPoolDomain } from './cognito-user-pool-domain.ts';
import { cognitoUserPoolResourceServer } from './cognito-user-pool-resource-server.ts';
import { dynamodbTable } from './dynamodb-table.ts';
import { eventsEventBus } from './events-event-bus.ts';
import { eventsRule } from './events-rule.ts';
import { httpApi } from './http-api.ts';
import { httpApiAuthorizer } from './http-api-authorizer.ts';
import { httpApiIntegration } from './http-api-integration.ts';
import { httpApiRoute } from './http-api-route.ts';
import { httpApiStage } from './http-api-stage.ts';
import { iamManagedPolicy } from './iam-managed-policy.ts';
import { iamPolicy } from './iam-policy.ts';
import { iamRole } from './iam-role.ts';
import { lambdaEventSourceMapping } from './lambda-event-source-mapping.ts';
import { lambdaFunction } from './lambda-function.ts';
import { lambdaPermission } from './lambda-permission.ts';
import { lambdaUrl } from './lambda-url.ts';
import { lambdaVersion } from './lambda-version.ts';
import type { ResourceType } from './resource.ts';
import { s3Bucket } from './s3-bucket.ts';
import { s3BucketPolicy } from './s3-bucket-policy.ts';
import { schedulerSchedule } from './scheduler-schedule.ts';
import { schedulerScheduleGroup } from './scheduler-schedule-group.ts';
import { sqsQueue } from './sqs-queue.ts';
import { sqsQueuePolicy } from './sqs-queue-policy.ts';
import { stepFunctionsStateMachine } from './step-functions-state-machine.ts';

/** Every type of resource that the local cloud knows. */
export const resourceTypes: readonly ResourceType[] = [
  ...awsOnlyTypes,
  cloudfrontCachePolicy,
  cloudfrontDistribution,
  cloudfrontFunction,
  cloudfrontOriginAccessControl,
  cloudfrontOriginRequestPolicy,
  cloudfrontResponseHeadersPolicy,
  cognitoUserPool,
  cognitoUserPoolClient,
  cognitoUserPoolDomain,
  cognitoUserPoolResourceServer,
  dynamodbTable,
  eventsEventBus,
  eventsRule,
  httpApi,
  httpApiAuthorizer,
  httpApiIntegration,
  httpApiRoute,
  httpApiStage,
  iamManagedPolicy,
  iamPolicy,
  iamRole,
  lambdaEventSourceMapping,
  lambdaFunction,
  lambdaPermission,
  lambdaUrl,
  lambdaVersion,
  s3Bucket,
  s3BucketPolicy,
  schedulerSchedule,
  schedulerScheduleGroup,
  sqsQueue,
  sqsQueuePolicy,
  stepFunctionsStateMachine,
];
