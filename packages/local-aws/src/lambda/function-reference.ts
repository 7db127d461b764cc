import type { CloudServices, LocalFunction } from '../cloud-services.ts';

type Where = Pick<CloudServices, 'region' | 'account'>;

export interface FunctionReference {
  /** Without a qualifier. */
  readonly arn: string;
  readonly name: string;
  /** Alias or version; undefined for the function itself. */
  readonly qualifier: string | undefined;
}

/**
 * Reads every way in which Lambda's API lets a function be named: name, `name:alias`,
 * `account:function:name`, ARN, ARN with an alias or a version.
 */
export function functionReference(text: string, { region, account }: Where): FunctionReference {
  const match = /^(?:arn:[^:]+:lambda:([^:]+):)?(?:(\d{12}):function:)?([^:]+)(?::([^:]+))?$/.exec(text);
  const name = match?.[3];
  if (!name) throw new Error(`"${text}" names no Lambda function`);
  const qualifier = match[4] === '$LATEST' ? undefined : match[4];
  return {
    arn: `arn:aws:lambda:${match[1] ?? region}:${match[2] ?? account}:function:${name}`,
    name,
    qualifier,
  };
}

/**
 * The function that a template or a caller names.
 * @throws Error when there is no such function, or no such alias or version of it
 */
export function findFunction(
  services: Where & Pick<CloudServices, 'functions'>,
  text: string,
): LocalFunction {
  const { arn, qualifier } = functionReference(text, services);
  const found = services.functions.get(qualifier === undefined ? arn : `${arn}:${qualifier}`);
  if (!found) throw new Error(`There is no Lambda function "${text}"`);
  return found;
}
