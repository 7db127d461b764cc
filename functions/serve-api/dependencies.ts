import type { Logins } from '../../adapters/cognito/logins.ts';
import type { MachineClients } from '../../adapters/cognito/machine-clients.ts';
import type { AssetListStore } from '../../adapters/dynamodb/assets/asset-list-store.ts';
import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { AssetVersion, VersionStore } from '../../adapters/dynamodb/assets/version-store.ts';
import type { AccessTokenStore } from '../../adapters/dynamodb/companies/access-token-store.ts';
import type { AuditStore } from '../../adapters/dynamodb/companies/audit-store.ts';
import type { ChangeStore } from '../../adapters/dynamodb/companies/change-store.ts';
import type { CursorKeyStore } from '../../adapters/dynamodb/companies/cursor-key-store.ts';
import type { MemberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import type { RateLimitStore } from '../../adapters/dynamodb/companies/rate-limit-store.ts';
import type { SettingsStore } from '../../adapters/dynamodb/companies/settings-store.ts';
import type { JobListStore } from '../../adapters/dynamodb/jobs/job-list-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { PartStore } from '../../adapters/dynamodb/jobs/part-store.ts';
import type { PermitStore } from '../../adapters/dynamodb/jobs/permit-store.ts';
import type { QueueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import type { Submission, SubmissionStore } from '../../adapters/dynamodb/jobs/submission-store.ts';
import type { AssetIdStore } from '../../adapters/dynamodb/library/asset-id-store.ts';
import type { FolderStore } from '../../adapters/dynamodb/library/folder-store.ts';
import type { MetadataSchemaStore } from '../../adapters/dynamodb/library/metadata-schema-store.ts';
import type { MetadataStore } from '../../adapters/dynamodb/library/metadata-store.ts';
import type { TrashStore } from '../../adapters/dynamodb/library/trash-store.ts';
import type { MailMemberStore } from '../../adapters/dynamodb/notifications/mail-member-store.ts';
import type { NotificationStore } from '../../adapters/dynamodb/notifications/notification-store.ts';
import type { WebhookSecretStore } from '../../adapters/dynamodb/notifications/webhook-secret-store.ts';
import type { ScheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import type { TriggerStore } from '../../adapters/dynamodb/schedules/trigger-store.ts';
import type { PresetStore } from '../../adapters/dynamodb/sets/preset-store.ts';
import type { RelationStore } from '../../adapters/dynamodb/sets/relation-store.ts';
import type { SetLogStore } from '../../adapters/dynamodb/sets/set-log-store.ts';
import type { UploadStore } from '../../adapters/dynamodb/uploads/upload-store.ts';
import type { ActionLists } from '../../adapters/s3/action-lists.ts';
import type { ImageSettingsStore } from '../../adapters/s3/image-settings.ts';
import type { JobLogs } from '../../adapters/s3/job-logs.ts';
import type { LogExport, LogExports } from '../../adapters/s3/log-exports.ts';
import type { MasterDownloads } from '../../adapters/s3/master-downloads.ts';
import type { PlanFiles } from '../../adapters/s3/plan-files.ts';
import type { PreviewSettingsStore } from '../../adapters/s3/preview-settings.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import type { StoredPlans } from '../../adapters/s3/stored-plans.ts';
import type { UploadPart } from '../../adapters/s3/upload-parts.ts';
import type { SignedPut } from '../../adapters/s3/upload-urls.ts';
import type { ZipDownloads, ZipPlace } from '../../adapters/s3/zip-downloads.ts';
import type { Slots } from '../../adapters/scheduler/slots.ts';
import type { InvalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import type { NotificationQueue } from '../../adapters/sqs/notification-queue.ts';
import type { ForeignTokens } from '../../adapters/tokens/foreign-tokens.ts';
import type { WebhookRequest } from '../../adapters/webhook/send-webhook.ts';
import type { DerivedEdit, DerivedImage, NewDerived } from '../../application/assets/derive-image.ts';
import type { Preview } from '../../application/assets/preview.ts';
import type { ClosurePublishing, PublishedAsset } from '../../application/assets/publish-closures.ts';
import type { DatesContext, DatesEdit } from '../../application/assets/set-dates.ts';
import type { FocusEdit } from '../../application/assets/set-focus.ts';
import type { ModifiersEdit } from '../../application/assets/set-modifiers.ts';
import type { PosterEdit } from '../../application/assets/set-poster.ts';
import type { WithdrawnAsset } from '../../application/assets/withdraw-assets.ts';
import type { ReserveQuotaDependencies } from '../../application/companies/reserve-quota.ts';
import type { PlanDifference } from '../../application/jobs/compare-plan.ts';
import type { PlanToStore } from '../../application/jobs/store-plan.ts';
import type { LibrarySearch } from '../../application/library/library-search.ts';
import type { AssetMove } from '../../application/library/move-asset.ts';
import type { Purging } from '../../application/library/purge-asset.ts';
import type { FinishOptions, RenamedAsset } from '../../application/library/rename-asset.ts';
import type { Republishing, Restoring } from '../../application/library/restore-asset.ts';
import type { Trashing, TrashResult } from '../../application/library/trash-asset.ts';
import type {
  LiveResult,
  NewSet,
  SavedSet,
  SetEdit,
  SetPublishing,
} from '../../application/sets/save-set.ts';
import type { EndUploadDependencies } from '../../application/uploads/end-upload.ts';
import type { SubmitFetchingUploadDependencies } from '../../application/uploads/submit-fetching-upload.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { ActionList } from '../../domain/jobs/action-job.ts';
import type { ActionJob, PublishJob } from '../../domain/jobs/job.ts';
import type { Renaming } from '../../domain/library/rename.ts';
import type { AttemptOutcome } from '../../domain/notifications/attempt-decision.ts';
import type { SourceBucket } from '../../domain/uploads/source-buckets.ts';

/** Limits of a preview. `until` is in milliseconds since 1970. */
interface PreviewOptions {
  readonly settings: CompanySettings;
  readonly until: number;
  /** Assets that it lists; it counts all. */
  readonly maxListed: number;
}

/** What the handlers use, by feature. Each takes the groups that it needs. */
export interface Dependencies {
  readonly companies: SettingsStore &
    Pick<MemberStore, 'findRole'> &
    RateLimitStore &
    CursorKeyStore &
    ReserveQuotaDependencies;

  readonly audit: AuditStore;

  readonly changes: Pick<ChangeStore, 'readMarks'>;

  readonly members: Omit<MemberStore, 'findRole' | 'listCompanies'>;

  /** The logins of people in the user pool. */
  readonly logins: Logins;

  /** The app clients of machines in the user pool. */
  readonly machines: MachineClients;

  /** Tokens of issuers that companies trust. */
  readonly foreignTokens: ForeignTokens;

  readonly accessTokens: Pick<AccessTokenStore, 'putToken'>;

  readonly assets: Pick<AssetStore, 'getAsset' | 'getAssets' | 'listHistory'> &
    Pick<AssetListStore, 'listAssets' | 'idsInFolder'> &
    MasterDownloads &
    Pick<VersionStore, 'listVersions' | 'getVersion' | 'getVersions' | 'findRollbacks' | 'recordRollback'> & {
      /** Whether the masters bucket still holds the bytes of a version. */
      readonly masterExists: (
        version: Pick<AssetVersion, 'masterKey' | 'masterVersionId'>,
      ) => Promise<boolean>;
      readonly setPoster: (edit: PosterEdit) => Promise<Asset>;
    };

  readonly publications: {
    readonly setDates: (
      edit: DatesEdit,
      context: DatesContext & { readonly settings: CompanySettings },
    ) => Promise<Asset>;
    readonly invalidateTogether: (company: string, ids: readonly string[]) => Promise<void>;
    readonly publishClosures: (
      company: string,
      roots: readonly Asset[],
      publishing: ClosurePublishing,
    ) => Promise<Map<string, PublishedAsset>>;
    /** Publishes an asset after its members. */
    readonly publishWithMembers: (asset: Asset, publishing: SetPublishing) => Promise<LiveResult>;
    readonly withdrawAssets: (
      company: string,
      assets: readonly Asset[],
      withdrawal: { by: string; settings: CompanySettings; until: number },
    ) => Promise<Map<string, WithdrawnAsset>>;
    readonly previewPublish: (
      company: string,
      roots: readonly Asset[],
      options: PreviewOptions,
    ) => Promise<Preview>;
    readonly previewWithdrawal: (
      company: string,
      assets: readonly Asset[],
      options: Omit<PreviewOptions, 'until'>,
    ) => Preview;
    /** Images that are derived from these assets and are live. @param except those that are withdrawn too */
    readonly derivedStillLive: (
      company: string,
      assets: readonly Asset[],
      except?: ReadonlySet<string>,
    ) => Promise<string[]>;
    /** Warnings about published sets that contain these assets. @param except sets that need no warning */
    readonly incompleteSets: (
      company: string,
      ids: readonly string[],
      except?: ReadonlySet<string>,
    ) => Promise<string[]>;
  };

  readonly derivedImages: Pick<RelationStore, 'listDerived'> & {
    readonly createDerived: (derived: NewDerived, deriving: SetPublishing) => Promise<DerivedImage>;
    readonly editDerived: (edit: DerivedEdit, deriving: SetPublishing) => Promise<DerivedImage>;
    readonly refreshDerived: (
      parent: Asset,
      refreshing: SetPublishing,
    ) => Promise<{ readonly warnings: readonly string[] }>;
    readonly setFocus: (edit: FocusEdit, saving: SetPublishing) => Promise<DerivedImage>;
    readonly setModifiers: (edit: ModifiersEdit, saving: SetPublishing) => Promise<DerivedImage>;
  };

  readonly imageSettings: ImageSettingsStore &
    Pick<InvalidationQueue, 'invalidatePreset' | 'invalidateCompany'>;

  readonly previews: PreviewSettingsStore;

  readonly sets: Pick<RelationStore, 'listMemberships'> &
    Pick<SetFiles, 'readSetRecord'> &
    PresetStore & {
      readonly createSet: (set: NewSet, saving: SetPublishing) => Promise<SavedSet>;
      readonly editSet: (edit: SetEdit, saving: SetPublishing) => Promise<SavedSet>;
    };

  readonly uploads: Pick<
    UploadStore,
    'createUpload' | 'getFile' | 'listFiles' | 'finishFile' | 'finishFiles' | 'ensureUploadId'
  > &
    EndUploadDependencies &
    SubmitFetchingUploadDependencies & {
      /** The buckets that uploads may fetch files from. */
      readonly sourceBuckets: readonly SourceBucket[];
      readonly signUpload: (upload: {
        key: string;
        bytes: number;
        type: string;
        sha256: string;
      }) => Promise<SignedPut>;
      readonly signPart: (part: {
        key: string;
        uploadId: string;
        part: number;
        bytes: number;
        sha256: string;
      }) => Promise<SignedPut>;
      readonly beginMultipartUpload: (key: string, type: string) => Promise<string>;
      readonly abortMultipartUpload: (key: string, uploadId: string) => Promise<void>;
      readonly completeMultipartUpload: (
        key: string,
        uploadId: string,
        parts: readonly UploadPart[],
      ) => Promise<'completed' | 'missing'>;
      readonly stageEmpty: (key: string) => Promise<void>;
    };

  readonly folders: Omit<FolderStore, 'settleDeletedFolder'>;

  readonly library: MetadataSchemaStore &
    MetadataStore &
    LibrarySearch &
    Pick<AssetIdStore, 'listIdsOfType'> &
    Pick<TrashStore, 'listTrash'> & {
      readonly move: (asset: Asset, move: AssetMove) => Promise<Asset | undefined>;
      readonly rename: (
        company: string,
        id: string,
        renaming: Renaming & FinishOptions,
      ) => Promise<RenamedAsset>;
      readonly trash: (asset: Asset, trashing: Trashing) => Promise<TrashResult>;
      readonly setsLeftIncomplete: (assets: readonly Asset[]) => Promise<string[]>;
      readonly restore: (asset: Asset, restoring: Restoring) => Promise<Asset[]>;
      readonly republish: (
        assets: readonly Asset[],
        republishing: Republishing,
      ) => Promise<{ assets: Map<string, Asset>; problems: string[]; remaining: boolean }>;
      readonly purge: (asset: Asset, purging: Purging) => Promise<string[]>;
      /** Has rebuild-index work on the search index of a company. */
      readonly requestIndex: (request: { company: string; rebuild: boolean }) => Promise<void>;
    };

  readonly jobs: Pick<JobStore, 'getJob' | 'endJob' | 'requestStop' | 'markEndProcessed' | 'reassignJob'> &
    Pick<QueueStore, 'readQueue' | 'readLocks'> &
    Pick<PermitStore, 'readWaiting'> &
    JobListStore &
    Pick<SubmissionStore, 'findSubmission' | 'claimSubmission'> &
    Pick<PlanFiles, 'writeScope'> &
    Pick<ActionLists, 'readActionList'> & {
      /** As `submit`. */
      readonly submitAction: (
        job: ActionJob,
        list: ActionList,
        submission?: Submission,
      ) => Promise<{ job: ActionJob; startError?: unknown }>;
      /** Has run-action work on a job. */
      readonly requestAction: (job: { readonly company: string; readonly jobId: string }) => Promise<void>;
      /**
       * Writes the job and starts it. A job that cannot be started waits.
       * @returns the job, or the earlier one with the same key; and the error of the start
       * @throws Failure `request.key-reused`
       */
      readonly submit: (
        job: PublishJob,
        submission?: Submission,
      ) => Promise<{ job: PublishJob; startError?: unknown }>;
      readonly previewJob: (
        job: PublishJob,
        options: PreviewOptions & { readonly ids: readonly string[] },
      ) => Promise<Preview>;
      /** @param undone id of the job that the job undoes */
      readonly previewUndo: (job: PublishJob, undone: string, options: PreviewOptions) => Promise<Preview>;
      readonly cancelPublishJob: (
        company: string,
        jobId: string,
        cancel: { readonly by: string; readonly at: string; readonly force: boolean },
      ) => Promise<PublishJob>;
    };

  readonly plans: Pick<StoredPlans, 'writePlan' | 'readPlanList'> & {
    readonly findPlan: (company: string, planId: string) => Promise<PlanToStore | undefined>;
    /**
     * Plans the first round, up to a time in milliseconds since 1970.
     * @returns undefined if the time did not suffice, with nothing stored
     */
    readonly storeRound: (plan: PlanToStore, until: number) => Promise<PlanToStore | undefined>;
    readonly compare: (plan: PlanToStore, settings: CompanySettings) => Promise<readonly PlanDifference[]>;
    /** Has store-plan continue a plan. */
    readonly requestPlan: (plan: { readonly company: string; readonly planId: string }) => Promise<void>;
  };

  readonly downloads: Pick<
    ZipDownloads,
    'writeDownload' | 'findDownload' | 'writeZipList' | 'findZipProgress' | 'zipExists' | 'signZip'
  > & {
    /** Has zip-assets write a ZIP file. */
    readonly requestZip: (place: ZipPlace) => Promise<void>;
  };

  readonly jobLogs: Pick<JobLogs, 'readLog' | 'readLogFile'> &
    Pick<PartStore, 'listParts'> &
    Pick<SetLogStore, 'listSetLogEntries'> &
    Pick<LogExports, 'findExport' | 'signExport' | 'readProgress' | 'writeProgress'> & {
      /** Has export-log assemble a log. */
      readonly requestExport: (request: LogExport) => Promise<void>;
    };

  readonly schedules: Pick<
    ScheduleStore,
    | 'createSchedule'
    | 'countSchedules'
    | 'getSchedule'
    | 'listSchedules'
    | 'changeSchedule'
    | 'recordRun'
    | 'recordSynced'
    | 'deleteSchedule'
  > &
    TriggerStore;

  /** EventBridge Scheduler. */
  readonly scheduler: Pick<Slots, 'put' | 'remove'>;

  readonly notifications: Pick<NotificationQueue, 'sendNotification'> &
    Pick<MailMemberStore, 'getMailMember' | 'saveMailMember'> &
    Pick<NotificationStore, 'getWebhookAttempts' | 'listWebhookAttempts'> &
    Pick<WebhookSecretStore, 'readSecrets' | 'changeSecrets'> & {
      readonly signingSecrets: (company: string) => Promise<readonly string[]>;
      readonly sendWebhook: (request: WebhookRequest) => Promise<AttemptOutcome>;
      /** Whether this installation sends mail. */
      readonly mailAvailable: boolean;
      /** Whether notifications may go to this machine: on the local cloud only. */
      readonly notifyLoopback: boolean;
    };

  readonly invalidations: Pick<InvalidationQueue, 'invalidateAssets'>;

  readonly deliveryDomain: string;
  /** Address that the paths of the API begin at, without a slash at its end. */
  readonly apiUrl: string;
  /** The address that API Gateway gave the API. It works under every domain, and after each change of it. */
  readonly apiEndpoint: string;
  /** Where machines get tokens. */
  readonly tokenUrl: string;
  /** ISO 8601, UTC. */
  readonly now: () => string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** A ULID. */
  readonly newId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  /** In hexadecimal digits. */
  readonly sha256: (text: string) => string;
  readonly log: {
    warn(message: string, error: Error): void;
    error(message: string, error: Error): void;
  };
}
