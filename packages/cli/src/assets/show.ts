import { defineCommand, one } from '../command.ts';
import { formatBytes, formatFields, formatTime } from '../output/format.ts';
import { publishStateText, sizeText } from './asset-text.ts';

export const show = defineCommand({
  path: 'show',
  feature: 'assets',
  summary: 'Show an asset: its file, its state, its publications and its URLs',
  args: { id: one('Id of the asset: its file name without extension') },
  options: {},
  examples: [
    { command: 'show red-shoe', does: 'shows the asset' },
    { command: 'show red-shoe --json | jq .publications', does: 'prints where it is live' },
  ],
  show: {
    lines: (asset, paint) => [
      `${paint('bold', asset.id)}  ${publishStateText(asset, paint)}`,
      ...formatFields(
        [
          ['File', `${asset.folder}${asset.fileName}`],
          ['Type', `${asset.type} (${asset.mimeType})`],
          ['Size', [formatBytes(asset.bytes), sizeText(asset)].filter(Boolean).join(', ')],
          ['Version', asset.version],
          ['Intent', asset.intent],
          ...Object.entries(asset.publications).map(
            ([server, publication]) =>
              [
                server,
                publication === undefined
                  ? undefined
                  : `version ${publication.version} since ${formatTime(publication.at)}${publication.jobId === undefined ? '' : ` by job ${publication.jobId}`}`,
              ] as const,
          ),
          ['Live from', formatTime(asset.liveFrom)],
          ['Live until', formatTime(asset.liveUntil)],
          ['Title', asset.title],
          ['Description', asset.description],
          ['Alternative text', asset.altText],
          ['Keywords', asset.keywords?.join(', ')],
          ...Object.entries(asset.fields ?? {}).map(([name, value]) => [name, String(value)] as const),
          ['Focal point', asset.focus && `${asset.focus.x}, ${asset.focus.y}`],
          ['Parent', asset.parent],
          ['Recipe', asset.recipe],
          ['Derived images', asset.derivedCount],
          ['URL', asset.urls.image ?? asset.urls.video ?? asset.urls.content],
          ['Preview', asset.previewUrl],
          ['Created', `${formatTime(asset.created)} by ${asset.createdBy}`],
          ['Modified', `${formatTime(asset.modified)} by ${asset.modifiedBy}`],
        ],
        paint,
      ),
    ],
  },
  async *run({ client, signal }, { id }) {
    yield await client.call('readAsset', { params: { id }, signal });
    return 0;
  },
});
