/** Stored plans in the jobs bucket: the summary, and the assets as JSON Lines. The bucket deletes them after 30 days. */
import type { S3Client } from '@aws-sdk/client-s3';
import { planListKey, storedPlanKey } from '../../domain/jobs/job-file-names.ts';
import { splitLines, toJsonLines } from '../../domain/jobs/json-lines.ts';
import type { PlanChange, PlannedAsset, StoredPlan } from '../../domain/jobs/stored-plan.ts';
import { textObjects } from './text-objects.ts';

/** A file of the assets of a plan. */
export interface PlanListFile {
  readonly planner: string;
  readonly change: PlanChange;
  /** From 0. */
  readonly file: number;
}

export interface StoredPlans {
  /** One PUT. */
  writePlan(plan: StoredPlan): Promise<void>;
  /** One GET. */
  findPlan<Position>(company: string, planId: string): Promise<StoredPlan<Position> | undefined>;
  /** One PUT. */
  writePlanList(
    company: string,
    planId: string,
    list: PlanListFile,
    assets: readonly PlannedAsset[],
  ): Promise<void>;
  /** One GET. */
  readPlanList(company: string, planId: string, list: PlanListFile): Promise<PlannedAsset[]>;
}

export function storedPlans(s3: S3Client, bucket: string): StoredPlans {
  const { put, get, find } = textObjects(s3, bucket);
  return {
    async writePlan(plan) {
      await put(storedPlanKey(plan.company, plan.id), JSON.stringify(plan), 'application/json');
    },

    async findPlan<Position>(company: string, planId: string) {
      const found = await find(storedPlanKey(company, planId));
      return found && (JSON.parse(found.text) as StoredPlan<Position>);
    },

    async writePlanList(company, planId, { planner, change, file }, assets) {
      await put(
        planListKey(company, planId, planner, change, file),
        toJsonLines(assets),
        'application/jsonl',
      );
    },

    async readPlanList(company, planId, { planner, change, file }) {
      const text = await get(planListKey(company, planId, planner, change, file));
      return splitLines(text).map((line) => JSON.parse(line) as PlannedAsset);
    },
  };
}
