import type { CloudServices, LocalFunction } from '../cloud-services.ts';

type Location = Pick<CloudServices, 'region' | 'account'>;

export interface FunctionReference {
  /** Without a qualifier. */
  readonly arn: string;
  readonly name: string;
  /** Alias or version; undefined for the function itself. */
  readonly qualifier: string | undefined;
}

/**
 * Parses every form in which Lambda's API accepts a function: name, `name:alias`, `account:function:name`, ARN, ARN with
 * an alias or a version.
 * @throws Error if the text has none of these forms
 */
export function functionReference(text: string, { region, account }: Location): FunctionReference {
  const match = /^(?:arn:[^:]+:lambda:([^:]+):)?(?:(\d{12}):function:)?([^:]+)(?::([^:]+))?$/.exec(text);
  const name = match?.[3];
  if (!name) throw new Error(`"${text}" is not the name or ARN of a Lambda function`);
  const qualifier = match[4] === '$LATEST' ? undefined : match[4];
  return {
    arn: `arn:aws:lambda:${match[1] ?? region}:${match[2] ?? account}:function:${name}`,
    name,
    qualifier,
  };
}

/**
 * Finds the function that a template or a caller names.
 * @throws Error if the function, or its alias or version, does not exist
 */
export function findFunction(
  services: Location & Pick<CloudServices, 'functions'>,
  text: string,
): LocalFunction {
  const { arn, qualifier } = functionReference(text, services);
  const found = services.functions.get(qualifier === undefined ? arn : `${arn}:${qualifier}`);
  if (!found) throw new Error(`There is no Lambda function "${text}"`);
  return found;
}
