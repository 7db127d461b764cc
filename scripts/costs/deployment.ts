/**
 * The parts of a deployment that have a price, counted in the committed snapshots of its templates (test/infra/snapshots).
 * A test of these snapshots fails if a template differs.
 */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export interface DeployedFunction {
  /** Without the prefix: `serve-image`. */
  readonly name: string;
  readonly megabytes: number;
  readonly isX86: boolean;
  readonly isTraced: boolean;
}

export interface Deployment {
  readonly alarms: number;
  /** Metrics of all alarms: an alarm on a formula is paid for each of its metrics. */
  readonly alarmMetrics: number;
  readonly dashboards: number;
  /** Queues that Lambda polls. */
  readonly polledQueues: number;
  /** Functions that a rule starts, with how often a month. */
  readonly scheduled: readonly { readonly function: DeployedFunction; readonly runs: number }[];
  /** Days that CloudWatch keeps logs. */
  readonly logDays: number;
  /** Days that access logs are kept in S3. */
  readonly accessLogDays: number;
  /** Indexes of the asset table that have a row for every asset. */
  readonly fullIndexes: number;
  /** @throws Error if there is no such function */
  functionOf(name: string): DeployedFunction;
}

/** Sparse: they have rows only of assets that are to be published, or in the trash. */
const sparseIndexes = ['pending', 'purge', 'due'];

const minutesOfMonth = 43_830;

/** Reads the snapshots of all stacks. */
export function readDeployment(): Deployment {
  const templates = globSync('test/infra/snapshots/*.snap', { cwd: root })
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(file, `file://${root}`), 'utf8')) as Template);
  const resources = templates.flatMap((template) =>
    Object.entries(template.Resources).map(([id, resource]) => ({ id, template, ...resource })),
  );
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
  const functions = ofType('AWS::Lambda::Function').map(({ Properties }) => functionFrom(Properties));
  const assetTable = ofType('AWS::DynamoDB::Table').find(({ id }) => id.startsWith('AssetTable'));
  const indexes = (assetTable?.Properties?.GlobalSecondaryIndexes ?? []) as { IndexName: string }[];
  const accessLogs = ofType('AWS::S3::Bucket').find(({ id }) => id.startsWith('AccessLogs'));
  const { Rules = [] } = (accessLogs?.Properties?.LifecycleConfiguration ?? {}) as {
    Rules?: { ExpirationInDays?: number }[];
  };
  return {
    alarms: ofType('AWS::CloudWatch::Alarm').length,
    alarmMetrics: ofType('AWS::CloudWatch::Alarm').reduce((sum, { Properties = {} }) => {
      const { Metrics } = Properties as { Metrics?: { MetricStat?: object }[] };
      // A query has no metrics of its own here. Those that it finds exist only while there is something to count.
      return sum + Math.max(1, Metrics?.filter(({ MetricStat }) => MetricStat).length ?? 1);
    }, 0),
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    // Lambda reads streams without a charge.
    polledQueues: ofType('AWS::Lambda::EventSourceMapping').filter(
      ({ Properties }) => Properties?.StartingPosition === undefined,
    ).length,
    scheduled: ofType('AWS::Events::Rule').flatMap(({ Properties = {}, template }) => {
      const { ScheduleExpression, Targets } = Properties as {
        ScheduleExpression?: string;
        Targets?: { Arn: { 'Fn::GetAtt'?: [string, string] } }[];
      };
      if (ScheduleExpression === undefined) return [];
      return (Targets ?? []).flatMap(({ Arn }) => {
        const target = template.Resources[Arn['Fn::GetAtt']?.[0] ?? ''];
        return target?.Type === 'AWS::Lambda::Function'
          ? { function: functionFrom(target.Properties), runs: runsOfMonth(ScheduleExpression) }
          : [];
      });
    }),
    logDays: Math.max(
      ...ofType('AWS::Logs::LogGroup').map(({ Properties }) => Number(Properties?.RetentionInDays)),
    ),
    accessLogDays: Math.max(...Rules.map(({ ExpirationInDays = 0 }) => ExpirationInDays)),
    fullIndexes: indexes.filter(({ IndexName }) => !sparseIndexes.includes(IndexName)).length,
    functionOf(name) {
      const found = functions.find((one) => one.name === name);
      if (!found) throw new Error(`The templates have no function ${name}`);
      return found;
    },
  };
}

function functionFrom(properties: Resource['Properties'] = {}): DeployedFunction {
  const { FunctionName, MemorySize, Architectures, TracingConfig } = properties as {
    FunctionName: string;
    MemorySize: number;
    Architectures?: string[];
    TracingConfig?: { Mode?: string };
  };
  return {
    name: FunctionName.replace(/^pressroom-/, ''),
    megabytes: MemorySize,
    isX86: !Architectures?.includes('arm64'),
    isTraced: TracingConfig?.Mode === 'Active',
  };
}

/** @throws Error for an expression that is neither a rate nor a daily cron */
function runsOfMonth(expression: string): number {
  const [, every, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = { minute: 1, hour: 60, day: 1_440 }[unit ?? ''];
  if (minutes !== undefined) return minutesOfMonth / (Number(every) * minutes);
  if (/^cron\(\d+ \d+ \* \* \? \*\)$/.test(expression)) return minutesOfMonth / 1_440;
  throw new Error(`${expression}: neither a rate nor a daily time. Add it to scripts/costs/deployment.ts.`);
}
