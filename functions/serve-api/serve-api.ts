import { jsonAnswer, type ServedRoute, serveRoute } from '../../adapters/http/answer-request.ts';
import { routes } from '../api.contract.ts';
import { type CancelJobDependencies, cancelJob } from './cancel-job.ts';
import { type CompleteFileDependencies, completeFile } from './complete-file.ts';
import { type CreateUploadDependencies, createUpload } from './create-upload.ts';
import { type ListAssetsDependencies, listAssets } from './list-assets.ts';
import { type ListJobsDependencies, listJobs } from './list-jobs.ts';
import { openapiDocument } from './openapi-document.ts';
import { type PublishAssetDependencies, publishAsset } from './publish-asset.ts';
import { type ReadAssetDependencies, readAsset } from './read-asset.ts';
import { type ReadAssetHistoryDependencies, readAssetHistory } from './read-asset-history.ts';
import { readJob } from './read-job.ts';
import { type ReadJobLogDependencies, readJobLog } from './read-job-log.ts';
import { type SignPartsDependencies, signParts } from './sign-parts.ts';
import { type SubmitJobDependencies, submitJob } from './submit-job.ts';
import { type UnpublishAssetDependencies, unpublishAsset } from './unpublish-asset.ts';

export type ServeApiDependencies = CancelJobDependencies &
  CompleteFileDependencies &
  CreateUploadDependencies &
  ListAssetsDependencies &
  ListJobsDependencies &
  PublishAssetDependencies &
  ReadAssetDependencies &
  ReadAssetHistoryDependencies &
  ReadJobLogDependencies &
  SignPartsDependencies &
  SubmitJobDependencies &
  UnpublishAssetDependencies;

/** Every route of this function, each with its own piece of work. */
export function apiRoutes(dependencies: ServeApiDependencies): ServedRoute[] {
  let document: string | undefined;
  return [
    serveRoute(routes.createUpload, (request) => createUpload(request, dependencies)),
    serveRoute(routes.signParts, (request) => signParts(request, dependencies)),
    serveRoute(routes.completeFile, (request) => completeFile(request, dependencies)),
    serveRoute(routes.submitJob, (request) => submitJob(request, dependencies)),
    serveRoute(routes.listJobs, (request) => listJobs(request, dependencies)),
    serveRoute(routes.readJob, (request) => readJob(request, dependencies)),
    serveRoute(routes.readJobLog, (request) => readJobLog(request, dependencies)),
    serveRoute(routes.cancelJob, (request) => cancelJob(request, dependencies)),
    serveRoute(routes.listAssets, (request) => listAssets(request, dependencies)),
    serveRoute(routes.readAsset, (request) => readAsset(request, dependencies)),
    serveRoute(routes.readAssetHistory, (request) => readAssetHistory(request, dependencies)),
    serveRoute(routes.publishAsset, (request) => publishAsset(request, dependencies)),
    serveRoute(routes.unpublishAsset, (request) => unpublishAsset(request, dependencies)),
    {
      method: 'GET',
      path: '/v1/openapi.json',
      respond: async () => {
        document ??= JSON.stringify(openapiDocument());
        return { ...jsonAnswer(200, {}, { 'cache-control': 'public, max-age=300' }), body: document };
      },
    },
  ];
}
