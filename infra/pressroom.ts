import { App, type AppProps, type Environment } from 'aws-cdk-lib';
import { readConfig } from './config.ts';
import { edgePrefix, edgeRegion } from './constructs/global-name.ts';
import { readEnvironment } from './environment.ts';
import { checkRegion } from './regions.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { ConsoleStack } from './stacks/console-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { DeliveryStack } from './stacks/delivery-stack.ts';
import { EdgeStack } from './stacks/edge-stack.ts';
import { FirewallStack } from './stacks/firewall-stack.ts';
import { IngestStack } from './stacks/ingest-stack.ts';
import { LibraryStack } from './stacks/library-stack.ts';
import { NotificationStack } from './stacks/notification-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';
import { PublishingStack } from './stacks/publishing-stack.ts';
import { SchedulesStack } from './stacks/schedules-stack.ts';
import { SiteStack } from './stacks/site-stack.ts';

/**
 * How the CDK itself shall behave. Set here and not in cdk.json, so that the app makes the same templates whoever runs it:
 * the CDK's command, the local cloud, or a test.
 */
const featureFlags = {
  // One statement for what belongs together, so that a policy can be read.
  '@aws-cdk/aws-iam:minimizePolicies': true,
  // Access logs by a bucket policy, where AWS advises against the ACL of old.
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  // Exports and imports: CloudFormation then refuses to delete what another stack uses.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
};

/**
 * Makes the app with all of Pressroom in it: one stack for each thing that is deployed and lives by itself.
 * @param fallback account and region where no environment is named; without them the templates fit any
 * @throws Error that says which setting is wrong and what would be right
 */
export function makePressroom(props: AppProps = {}, fallback: Environment = {}): App {
  // The CDK's own check of the templates takes as long as all the rest; cfn-lint checks more, in the tests.
  const app = new App({ ...props, postCliContext: featureFlags, builtinCloudFormationValidation: false });
  const { environment, ...context } = app.node.getAllContext();
  const { settings = {}, ...target } = environment === undefined ? {} : readEnvironment(String(environment));
  const config = readConfig({ ...settings, ...context });
  const env = { ...fallback, ...target };
  if (env.region) checkRegion(env.region);
  // Stacks of two regions hand names over by a custom resource of the CDK; without a region there is only one of them.
  const crossRegionReferences = env.region !== undefined && env.region !== edgeRegion;
  const shared = {
    config,
    env,
    crossRegionReferences,
    terminationProtection: config.data === 'retain',
  };
  const atEdge = { ...shared, env: crossRegionReferences ? { ...env, region: edgeRegion } : env };
  const edgeName = (part: string) => `${edgePrefix(config, env.region ?? edgeRegion)}-${part}`;
  const name = (part: string) => `${config.prefix}-${part}`;

  const { origin: consoleOrigin } = new ConsoleStack(app, name('console'), {
    ...shared,
    description: 'Pressroom: where the web console is served from',
  });
  if (config.site === 'on')
    new SiteStack(app, name('site'), {
      ...shared,
      description: 'Pressroom: where the documentation is served from',
    });
  const data = new DataStack(app, name('data'), {
    ...shared,
    consoleOrigin,
    description: 'Pressroom: media, records, users',
  });
  const { maxRequestsPerAddress } = config;
  const firewall =
    maxRequestsPerAddress === undefined
      ? undefined
      : new FirewallStack(app, edgeName('firewall'), {
          ...atEdge,
          prefix: edgePrefix(config, env.region ?? edgeRegion),
          maxRequestsPerAddress,
          description: 'Pressroom: rate limit of the CDN',
        });
  const delivery = new DeliveryStack(app, name('delivery'), {
    ...shared,
    data,
    ...(firewall && { webAclArn: firewall.webAclArn }),
    description: 'Pressroom: CDN and image server',
  });
  new EdgeStack(app, edgeName('edge'), {
    ...atEdge,
    data,
    delivery,
    description: 'Pressroom: alarms and logs of the CDN',
  });
  const ingest = new IngestStack(app, name('ingest'), {
    ...shared,
    data,
    delivery,
    description: 'Pressroom: uploads',
  });
  const publishing = new PublishingStack(app, name('publishing'), {
    ...shared,
    data,
    delivery,
    description: 'Pressroom: the publish job',
  });
  const schedules = new SchedulesStack(app, name('schedules'), {
    ...shared,
    data,
    publishing,
    delivery,
    description: 'Pressroom: schedules of publish jobs, and dates of assets',
  });
  const library = new LibraryStack(app, name('library'), {
    ...shared,
    data,
    delivery,
    description: 'Pressroom: the daily clean-up and the search indexes',
  });
  const api = new ApiStack(app, name('api'), {
    ...shared,
    data,
    publishing,
    delivery,
    schedules,
    library,
    description: 'Pressroom: the HTTP API',
  });
  const notification = new NotificationStack(app, name('notification'), {
    ...shared,
    data,
    api,
    publishing,
    description: 'Pressroom: what tells of jobs',
  });
  new ObservabilityStack(app, name('observability'), {
    ...shared,
    data,
    ingest,
    publishing,
    delivery,
    api,
    library,
    schedules,
    notification,
    description: 'Pressroom: alarms and dashboard',
  });
  return app;
}
