import {
  DeleteFunctionCommand,
  type FunctionConfiguration,
  type LambdaClient,
  paginateListVersionsByFunction,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';

/** The functions that the state machine calls by version. */
export const versionedFunctions = [
  'begin-job',
  'plan-job',
  'publish-part',
  'find-refused-parts',
  'finish-job',
] as const;

/** Milliseconds that a version is kept after the next one: twice as long as an execution of the state machine may take. */
const keptFor = 48 * 3_600_000;

/**
 * Removes the versions that no execution can still call. Called after a deployment, which keeps all of them. The newest
 * version of a function stays, and with it all that were the newest within 48 hours.
 * @param now milliseconds since 1970
 * @returns the names of the removed versions, such as `pressroom-begin-job:3`
 */
export async function removeOldVersions(
  lambda: LambdaClient,
  prefix: string,
  now: number,
): Promise<string[]> {
  const removed: string[] = [];
  for (const folder of versionedFunctions) {
    const name = `${prefix}-${folder}`;
    const versions = await versionsOf(lambda, name);
    for (const [index, { Version = '' }] of versions.entries()) {
      const next = versions[index + 1];
      if (next === undefined || now - Date.parse(next.LastModified ?? '') < keptFor) break;
      await lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier: Version }));
      removed.push(`${name}:${Version}`);
    }
  }
  return removed;
}

/** The versions of a function, oldest first; none if there is no such function. */
async function versionsOf(lambda: LambdaClient, FunctionName: string): Promise<FunctionConfiguration[]> {
  const found: FunctionConfiguration[] = [];
  try {
    for await (const page of paginateListVersionsByFunction({ client: lambda }, { FunctionName }))
      found.push(...(page.Versions ?? []));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return [];
    throw error;
  }
  return found
    .filter(({ Version }) => Version !== '$LATEST')
    .sort((a, b) => Number(a.Version) - Number(b.Version));
}
