import { z } from 'zod';
import { type ChoiceRule, problemsInRule } from './choice-rule.ts';
import { parsePath } from './json-path.ts';
import { problemsInTemplate } from './payload-template.ts';

/**
 * The part of Amazon States Language that is honoured here. Every object is strict: an unknown field stops the creation
 * of the machine with an error that names it, so nothing of a definition is silently ignored.
 */
export interface StateGroup {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly Comment?: string | undefined;
}

interface ItemProcessor extends StateGroup {
  readonly ProcessorConfig?:
    | { readonly Mode?: 'INLINE' | undefined }
    | { readonly Mode: 'DISTRIBUTED'; readonly ExecutionType: 'STANDARD' | 'EXPRESS' }
    | undefined;
}

const path = z.string().superRefine((text, context) => {
  try {
    parsePath(text);
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : String(error));
  }
});
const referencePath = path.refine(
  (text) => parsePath(text).definite && !parsePath(text).ofContext,
  'must be a reference path: $ with names and indexes',
);
const template = z.unknown().superRefine((value, context) => {
  for (const problem of problemsInTemplate(value)) context.addIssue(problem);
});

/** A path or a call of an intrinsic function, like a value of a template. */
const pathOrCall = z.string().superRefine((text, context) => {
  for (const problem of problemsInTemplate({ 'value.$': text })) context.addIssue(problem);
});

/** The maximum timeout of the States Language is 99,999,999 s. */
const seconds = z.int().min(1).max(99_999_999);
const count = z.int().min(0);

const common = {
  Comment: z.string().optional(),
  QueryLanguage: z.literal('JSONPath').optional(),
  InputPath: path.nullable().optional(),
  OutputPath: path.nullable().optional(),
};
const transition = { Next: z.string().optional(), End: z.literal(true).optional() };
const result = { ResultPath: referencePath.nullable().optional() };
const failing = {
  ResultSelector: template.optional(),
  Retry: z
    .array(
      z.strictObject({
        Comment: z.string().optional(),
        ErrorEquals: z.array(z.string()).min(1),
        IntervalSeconds: seconds.optional(),
        MaxAttempts: count.max(99_999_999).optional(),
        BackoffRate: z.number().min(1).optional(),
        MaxDelaySeconds: z.int().min(1).max(31_622_400).optional(),
        JitterStrategy: z.enum(['FULL', 'NONE']).optional(),
      }),
    )
    .refine(wildcardIsLast, 'States.ALL must be alone and in the last entry')
    .optional(),
  Catch: z
    .array(
      z.strictObject({
        Comment: z.string().optional(),
        ErrorEquals: z.array(z.string()).min(1),
        Next: z.string(),
        ResultPath: referencePath.nullable().optional(),
      }),
    )
    .refine(wildcardIsLast, 'States.ALL must be alone and in the last entry')
    .optional(),
};

/** AWS allows States.ALL only alone and in the last entry, because later entries could never match. */
function wildcardIsLast(entries: readonly { readonly ErrorEquals: readonly string[] }[]): boolean {
  return entries.every(
    ({ ErrorEquals }, index) =>
      !ErrorEquals.includes('States.ALL') || (ErrorEquals.length === 1 && index === entries.length - 1),
  );
}

const groupFields = {
  Comment: z.string().optional(),
  StartAt: z.string(),
  States: z.lazy(
    (): z.ZodType<Readonly<Record<string, State>>> => z.record(z.string().min(1).max(80), state),
  ),
};
const itemProcessor: z.ZodType<ItemProcessor> = z.strictObject({
  ...groupFields,
  ProcessorConfig: z
    .union([
      z.strictObject({ Mode: z.literal('DISTRIBUTED'), ExecutionType: z.enum(['STANDARD', 'EXPRESS']) }),
      z.strictObject({ Mode: z.literal('INLINE').optional() }),
    ])
    .optional(),
});
const branches: z.ZodType<StateGroup[]> = z.array(z.strictObject(groupFields)).min(1);

const choices = z
  .array(
    z
      .custom<ChoiceRule & { readonly Next: string }>()
      .superRefine((rule: unknown, context) => {
        for (const problem of problemsInRule(rule)) context.addIssue(problem);
      })
      .refine(
        (rule: unknown) => typeof (rule as { Next?: unknown } | null)?.Next === 'string',
        'a choice needs Next',
      ),
  )
  .min(1);

/** The parameters of `lambda:invoke` that are honoured. */
const invokeParameters = z.strictObject({
  FunctionName: z.string().optional(),
  'FunctionName.$': path.optional(),
  Payload: template.optional(),
  'Payload.$': z.string().optional(),
});

export const lambdaInvoke = 'arn:aws:states:::lambda:invoke';
const lambdaArn = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;

const state = z.discriminatedUnion('Type', [
  z
    .strictObject({
      Type: z.literal('Task'),
      ...common,
      ...transition,
      ...result,
      ...failing,
      Resource: z
        .string()
        .refine(
          (arn) => arn === lambdaInvoke || lambdaArn.test(arn),
          `must be the ARN of a function or ${lambdaInvoke}; the local Step Functions honours no other resource`,
        ),
      Parameters: template.optional(),
      TimeoutSeconds: seconds.optional(),
      TimeoutSecondsPath: path.optional(),
    })
    .superRefine((task, context) => {
      if (task.Resource !== lambdaInvoke) return;
      const { error, data } = invokeParameters.safeParse(task.Parameters);
      for (const problem of error?.issues.flatMap(describe) ?? [])
        context.addIssue({ code: 'custom', path: ['Parameters'], message: problem });
      if (data && data.FunctionName === undefined && data['FunctionName.$'] === undefined)
        context.addIssue({ code: 'custom', path: ['Parameters'], message: 'FunctionName is missing' });
    }),
  z.strictObject({
    Type: z.literal('Pass'),
    ...common,
    ...transition,
    ...result,
    Parameters: template.optional(),
    Result: z.unknown().optional(),
  }),
  z.strictObject({
    Type: z.literal('Wait'),
    ...common,
    ...transition,
    Seconds: z.int().min(0).max(99_999_999).optional(),
    SecondsPath: path.optional(),
    Timestamp: z.iso.datetime({ offset: true }).optional(),
    TimestampPath: path.optional(),
  }),
  z.strictObject({ Type: z.literal('Choice'), ...common, Choices: choices, Default: z.string().optional() }),
  z.strictObject({ Type: z.literal('Succeed'), ...common }),
  z.strictObject({
    Type: z.literal('Fail'),
    Comment: common.Comment,
    QueryLanguage: common.QueryLanguage,
    Error: z.string().optional(),
    ErrorPath: pathOrCall.optional(),
    Cause: z.string().optional(),
    CausePath: pathOrCall.optional(),
  }),
  z.strictObject({
    Type: z.literal('Parallel'),
    ...common,
    ...transition,
    ...result,
    ...failing,
    Parameters: template.optional(),
    Branches: branches,
  }),
  z
    .strictObject({
      Type: z.literal('Map'),
      ...common,
      ...transition,
      ...result,
      ...failing,
      ItemsPath: path.optional(),
      ItemSelector: template.optional(),
      ItemProcessor: itemProcessor,
      MaxConcurrency: count.optional(),
      MaxConcurrencyPath: path.optional(),
      Label: z
        .string()
        .min(1)
        .max(40)
        .regex(/^[\w-]+$/)
        .optional(),
      ItemReader: z
        .strictObject({
          Resource: z.literal('arn:aws:states:::s3:getObject'),
          ReaderConfig: z.strictObject({
            InputType: z.enum(['JSON', 'JSONL']),
            MaxItems: z.int().min(1).max(100_000_000).optional(),
          }),
          Parameters: template,
        })
        .optional(),
      ResultWriter: z
        .strictObject({ Resource: z.literal('arn:aws:states:::s3:putObject'), Parameters: template })
        .optional(),
      ToleratedFailureCount: count.optional(),
      ToleratedFailurePercentage: z.number().min(0).max(100).optional(),
    })
    .superRefine((map, context) => {
      if (map.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED') return;
      for (const field of [
        'Label',
        'ItemReader',
        'ResultWriter',
        'ToleratedFailureCount',
        'ToleratedFailurePercentage',
      ] as const)
        if (map[field] !== undefined)
          context.addIssue({
            code: 'custom',
            path: [field],
            message: 'is only for a Map in DISTRIBUTED mode',
          });
    }),
]);

const definition = z.strictObject({
  ...groupFields,
  Version: z.literal('1.0').optional(),
  QueryLanguage: z.literal('JSONPath').optional(),
  TimeoutSeconds: seconds.optional(),
});

export type State = z.infer<typeof state>;
export type TaskState = Extract<State, { Type: 'Task' }>;
export type MapState = Extract<State, { Type: 'Map' }>;
export type ParallelState = Extract<State, { Type: 'Parallel' }>;
export type Retrier = NonNullable<TaskState['Retry']>[number];

export interface Definition extends StateGroup {
  /** Seconds after which the execution ends as TIMED_OUT. */
  readonly TimeoutSeconds?: number | undefined;
}

/**
 * Checks a state machine's definition after its substitutions.
 * @throws Error that names every field that is not honoured or invalid, and every transition to a missing state
 */
export function parseDefinition(source: unknown): Definition {
  const { data, error } = definition.safeParse(source);
  if (!data)
    throw new Error(
      `The local Step Functions cannot run the state machine:\n${error.issues.flatMap(describe).join('\n')}`,
    );
  const problems = problemsInTransitions(data, []);
  if (problems.length > 0) throw new Error(`The state machine is invalid:\n${problems.join('\n')}`);
  return data;
}

function describe(issue: z.core.$ZodIssue): string[] {
  const where = issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(
      (key) => `${where ? `${where}.` : ''}${key} is not honoured by the local Step Functions`,
    );
  return [`${where || 'the definition'}: ${issue.message}`];
}

function problemsInTransitions(group: StateGroup, parents: readonly string[]): string[] {
  const at = (name: string): string => [...parents, name].join(' → ');
  const unknown = (from: string, target: string | undefined): string[] =>
    target === undefined || Object.hasOwn(group.States, target)
      ? []
      : [`${from}: there is no state "${target}"`];
  return [
    ...unknown(at('StartAt'), group.StartAt),
    ...Object.entries(group.States).flatMap(([name, each]) => [
      ...('Next' in each ||
      'End' in each ||
      'Choices' in each ||
      each.Type === 'Succeed' ||
      each.Type === 'Fail'
        ? []
        : [`${at(name)}: neither Next nor End`]),
      ...('Next' in each ? unknown(at(name), each.Next) : []),
      ...('Next' in each && 'End' in each && each.Next !== undefined && each.End
        ? [`${at(name)}: both Next and End`]
        : []),
      ...('Catch' in each ? (each.Catch ?? []).flatMap((catcher) => unknown(at(name), catcher.Next)) : []),
      ...(each.Type === 'Choice'
        ? [...each.Choices.map((choice) => choice.Next), each.Default].flatMap((target) =>
            unknown(at(name), target),
          )
        : []),
      ...(each.Type === 'Map' ? problemsInTransitions(each.ItemProcessor, [...parents, name]) : []),
      ...(each.Type === 'Parallel'
        ? each.Branches.flatMap((branch) => problemsInTransitions(branch, [...parents, name]))
        : []),
    ]),
  ];
}
