/** The app without what MiniStack's CloudFormation does not know. `cdk --app` runs it in place of infra/app.ts. */
import { CfnResource } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { makePressroom } from '../../../infra/pressroom.ts';

const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;

const app = makePressroom({}, { ...(account && { account }), ...(region && { region }) });
for (const construct of app.node.findAll())
  if (CfnResource.isCfnResource(construct) && isUnknown(construct))
    construct.node.scope?.node.tryRemoveChild(construct.node.id);

/** Log deliveries, the look of login pages, and alarms on metric math. */
function isUnknown(resource: CfnResource): boolean {
  return (
    resource.cfnResourceType.startsWith('AWS::Logs::Delivery') ||
    resource.cfnResourceType === 'AWS::Cognito::ManagedLoginBranding' ||
    (resource instanceof CfnAlarm && resource.metrics !== undefined)
  );
}
