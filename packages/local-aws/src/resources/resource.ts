/**
 * What a resource of the template becomes on the local cloud. One file in this folder per CloudFormation type
 * (or per handful of types of one service that have nothing to run, such as log groups).
 */
import type { CloudServices } from '../cloud-services.ts';

export type Properties = Readonly<Record<string, unknown>>;

/** A resource that is up: what Ref and Fn::GetAtt of it answer. */
export interface CreatedResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
  /**
   * Called once every resource of every stack exists: start pollers, servers and timers here, so that creation
   * order never matters for behaviour.
   */
  activate?(): Promise<void>;
  stop?(): Promise<void>;
}

export interface ResourceRequest {
  readonly stack: string;
  readonly logicalId: string;
  /** The name CloudFormation would make up: stable over restarts, unique, at most 64 characters. */
  readonly generatedName: string;
  readonly region: string;
  readonly account: string;
  /** Every intrinsic function resolved. */
  readonly properties: Properties;
  readonly services: CloudServices;
}

export interface ResourceType {
  /** `AWS::SQS::Queue` */
  readonly type: string;
  /**
   * The properties that are honoured, by dotted path from the top (`VersioningConfiguration`, `CorsConfiguration`).
   * A property of a template that is not listed here is printed once, by name, when the cloud starts.
   */
  readonly honours: readonly string[];
  /**
   * Set for a type that does nothing on the local cloud and is only kept for AWS, such as an alarm: how the start
   * counts them, in the plural. Its properties are not printed one by one.
   */
  readonly keptForAwsOnly?: string;
  /** Creates the resource, or finds it again where it survived a restart. Must be safe to call twice. */
  create(request: ResourceRequest): Promise<CreatedResource>;
}
