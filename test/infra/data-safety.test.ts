/** Nothing deletes data by accident: not a deleted stack, not a failed creation, not a function. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resources, type Synthesis, sharedSynthesis, stackNames, synthesise } from './synth.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** The only functions that may delete versions of objects, and why. */
const deletingVersions: Readonly<Record<string, string>> = {
  CleanUpLibrary: 'purges the trash after seven days',
  ServeApi: 'purges assets in the trash by hand',
  IngestLarge: 'does as IngestUpload, for large files',
  IngestUpload: 'withdraws the version that it has just written, if a later upload overtook it',
};

describe('a version of a master', () => {
  it('is deleted by a purge, and by ingest that was overtaken, and by nothing else', () => {
    const statements = [...resources('AWS::IAM::Policy'), ...resources('AWS::IAM::Role')].flatMap(
      ({ logicalId, Properties }) =>
        statementsOf(Properties).map((statement) => ({ logicalId, ...statement })),
    );
    const may = statements.filter(({ Effect, Action }) => Effect === 'Allow' && deletesVersions(Action));
    expect(may.map(({ logicalId }) => /^[A-Za-z]+?(?=Role)/.exec(logicalId)?.[0]).sort()).toEqual(
      Object.keys(deletingVersions).sort(),
    );
    for (const { Resource } of may) expect(JSON.stringify(Resource)).toMatch(/MastersBucket/);
    for (const { Resource } of may) expect(JSON.stringify(Resource).match(/Bucket/g)).toHaveLength(1);
  });

  it('does not expire', () => {
    const masters = resources('AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith('Masters'));
    expect(masters?.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(JSON.stringify(masters?.Properties.LifecycleConfiguration)).not.toMatch(/Expiration/);
  });
});

describe('a stack', () => {
  it('is protected against termination, unless its data may go', () => {
    const isProtected = (made: Synthesis, prefix: string) =>
      stackNames.map((name) => {
        const { artifacts } = JSON.parse(readFileSync(join(made.folder, 'manifest.json'), 'utf8')) as {
          artifacts: Record<string, { properties: { terminationProtection?: boolean } }>;
        };
        return artifacts[`${prefix}-${name}`]?.properties.terminationProtection ?? false;
      });
    expect(new Set(isProtected(sharedSynthesis(), 'pressroom'))).toEqual(new Set([true]));
    const destroyed = synthesise({ data: 'destroy' });
    expect(new Set(isProtected(destroyed, 'pressroom'))).toEqual(new Set([false]));
    for (const { DeletionPolicy, logicalId } of resources('AWS::DynamoDB::Table', destroyed))
      expect(DeletionPolicy, logicalId).toBe('Delete');
  });
});

function deletesVersions(actions: string | readonly string[]): boolean {
  return [actions]
    .flat()
    .some((action) => /^(\*|s3:(\*|Delete\*|DeleteObject\*|DeleteObjectVersion))$/.test(action));
}

function statementsOf(properties: Readonly<Record<string, unknown>>): Statement[] {
  const documents = [
    properties.PolicyDocument,
    ...((properties.Policies ?? []) as { PolicyDocument: unknown }[]).map(
      ({ PolicyDocument }) => PolicyDocument,
    ),
  ] as ({ Statement: Statement[] } | undefined)[];
  return documents.flatMap((document) => document?.Statement ?? []);
}
