/** A policy document without its statements about TLS, which plain HTTP on 127.0.0.1 cannot meet. */
export interface WithoutTls {
  readonly document: PolicyWithStatements;
  /** Number of statements that were left out. */
  readonly leftOut: number;
}

interface PolicyWithStatements {
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
  readonly [key: string]: unknown;
}

/** Leaves out the statements that refuse requests without TLS, or with an old version of it. */
export function withoutTlsStatements(document: unknown): WithoutTls {
  const policy = document as { readonly Statement?: unknown };
  const statements = [policy.Statement ?? []].flat() as Readonly<Record<string, unknown>>[];
  const kept = statements.filter((statement) => !isAboutTls(statement));
  return { document: { ...policy, Statement: kept }, leftOut: statements.length - kept.length };
}

function isAboutTls(statement: Readonly<Record<string, unknown>>): boolean {
  return (
    statement.Effect === 'Deny' &&
    /"(aws:SecureTransport|s3:TlsVersion)"/i.test(JSON.stringify(statement.Condition ?? {}))
  );
}
