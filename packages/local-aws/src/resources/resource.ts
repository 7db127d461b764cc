/**
 * How a resource of the template runs on the local cloud. This folder has one file for each CloudFormation type; the
 * types that do nothing here share one (aws-only-types.ts).
 */
import type { CloudServices } from '../cloud-services.ts';

export type Properties = Readonly<Record<string, unknown>>;

export interface CreatedResource {
  /** Value of Ref. */
  readonly ref: string;
  /** Values of Fn::GetAtt. */
  readonly attributes: Readonly<Record<string, string>>;
  /**
   * Called when every resource of every stack exists. Start pollers, servers and timers here, so that the order of
   * creation does not matter.
   */
  activate?(): Promise<void>;
  stop?(): Promise<void>;
}

export interface ResourceRequest {
  readonly stack: string;
  readonly logicalId: string;
  /** The name that CloudFormation would generate: unique, the same after a restart, at most 63 characters. */
  readonly generatedName: string;
  readonly region: string;
  readonly account: string;
  /** All intrinsic functions are resolved. */
  readonly properties: Properties;
  readonly services: CloudServices;
}

export interface ResourceType {
  /** `AWS::SQS::Queue` */
  readonly type: string;
  /**
   * The properties that are honoured, as dotted paths (`VersioningConfiguration`, `Targets.Input`). The start prints
   * every other property of the template once.
   */
  readonly honours: readonly string[];
  /**
   * Set for a type that does nothing on the local cloud, such as an alarm: its name in the count that the start prints,
   * in the plural. Its properties are not printed.
   */
  readonly awsOnly?: string;
  /** Creates the resource, or updates it if it survived a restart. */
  create(request: ResourceRequest): Promise<CreatedResource>;
}
