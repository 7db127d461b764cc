import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { OperationItem } from '@pressroom/client/create-client';
import { useState } from 'react';
import { useClient } from '../../api/client-context.tsx';
import { useChange } from '../../api/use-change.ts';
import { useMemberNames } from '../../api/use-member-names.ts';
import { usePages } from '../../api/use-pages.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { CompareImages } from '../../components/compare-images.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { ShowMore } from '../../components/show-more.tsx';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { Time } from '../../components/time.tsx';
import { appTexts } from '../../texts/app.ts';
import { assetTexts } from '../../texts/asset.ts';
import { formatBytes } from '../../texts/bytes.ts';
import { jobTexts } from '../../texts/jobs.ts';
import { withCommands } from './asset-preview.tsx';
import type { ReadAsset } from './read-asset.ts';

const texts = assetTexts.versions;

type Version = OperationItem<'listVersions'>;

/** Pixels of the pictures that are compared. */
const comparedPixels = 1_200;

/** The versions of an asset: compare with the current one, download, restore. */
export function Versions({ read, mayChange }: { read: ReadAsset; mayChange: boolean }) {
  const asset = read.body;
  const params = { id: asset.id };
  const client = useClient();
  const nameOf = useMemberNames();
  const { notifyError } = useNotifications();
  const versions = usePages('assets', 'listVersions', { params, query: { limit: 20 } });
  const [compared, setCompared] = useState<Version>();
  const [restored, setRestored] = useState<Version>();
  const isPicture = asset.urls.image !== undefined && asset.width !== undefined;
  const current = versions.items.find((one) => one.current);

  async function download(version: number) {
    try {
      const { url } = await client.call('downloadAsset', { params, query: { version: String(version) } });
      location.assign(url);
    } catch (error) {
      notifyError(assetTexts.notDownloaded, error);
    }
  }

  const columns: TableProps.ColumnDefinition<Version>[] = [
    {
      id: 'picture',
      header: texts.columns.picture,
      cell: (version) => (
        <span className="version-picture">
          <Thumbnail asset={{ id: asset.id, thumbnailUrl: version.thumbnailUrl }} alt="" />
        </span>
      ),
    },
    {
      id: 'version',
      header: texts.columns.version,
      isRowHeader: true,
      cell: ({ version, current: isCurrent, rollbackOf }) => (
        <SpaceBetween size="xxs">
          <span>
            {version} {isCurrent && <Badge color="blue">{texts.current}</Badge>}
          </span>
          {rollbackOf && <Box color="text-body-secondary">{texts.rollbackOf(rollbackOf)}</Box>}
        </SpaceBetween>
      ),
    },
    { id: 'at', header: texts.columns.at, cell: ({ at }) => <Time at={at} /> },
    { id: 'by', header: texts.columns.by, cell: ({ by }) => nameOf(by) },
    { id: 'size', header: texts.columns.size, cell: ({ bytes }) => formatBytes(bytes) },
    {
      id: 'live',
      header: texts.columns.live,
      cell: ({ liveOn }) => liveOn.map((server) => jobTexts.servers[server]).join(', ') || '–',
    },
    {
      id: 'actions',
      header: texts.columns.actions,
      cell: (version) => (
        <SpaceBetween size="s" direction="horizontal">
          {!version.current && isPicture && version.previewUrl && (
            <Button
              variant="inline-link"
              ariaLabel={texts.compareOf(version.version)}
              onClick={() => setCompared(version)}
            >
              {texts.compare}
            </Button>
          )}
          {!version.current && mayChange && (
            <Button
              variant="inline-link"
              ariaLabel={texts.restoreOf(version.version)}
              onClick={() => setRestored(version)}
            >
              {texts.restore}
            </Button>
          )}
          {asset.memberCount === undefined && asset.type !== 'derived-image' && (
            <Button
              variant="inline-link"
              ariaLabel={texts.downloadOf(version.version)}
              onClick={() => void download(version.version)}
            >
              {texts.download}
            </Button>
          )}
        </SpaceBetween>
      ),
    },
  ];

  if (versions.error && versions.items.length === 0) return <QueryError query={versions} />;
  return (
    <>
      <Table
        variant="embedded"
        items={versions.items}
        columnDefinitions={columns}
        trackBy={({ version }) => String(version)}
        loading={versions.isPending}
        loadingText={appTexts.loading}
        ariaLabels={{ tableLabel: texts.caption }}
        footer={versions.hasNextPage && <ShowMore list={versions} />}
      />
      {compared?.previewUrl && current?.previewUrl && (
        <Modal
          visible
          size="max"
          header={texts.compareHeader(compared.version)}
          onDismiss={() => setCompared(undefined)}
        >
          <CompareImages
            before={{
              url: withCommands(compared.previewUrl, { wid: comparedPixels }),
              label: texts.version(compared.version),
            }}
            after={{
              url: withCommands(current.previewUrl, { wid: comparedPixels }),
              label: `${texts.version(current.version)} (${texts.current})`,
            }}
          />
        </Modal>
      )}
      {restored && <RestoreDialog read={read} version={restored} onDismiss={() => setRestored(undefined)} />}
    </>
  );
}

interface RestoreDialogProps {
  readonly read: ReadAsset;
  readonly version: Version;
  readonly onDismiss: () => void;
}

function RestoreDialog({ read, version: { version }, onDismiss }: RestoreDialogProps) {
  const { notify } = useNotifications();
  const restore = useChange('publishVersion', ['assets']);
  const { id } = read.body;

  async function act() {
    const { warnings } = await restore.mutateAsync({
      params: { id, version: String(version) },
      ifMatch: read.etag,
    });
    notify({
      type: warnings.length > 0 ? 'warning' : 'success',
      header: texts.restored(version),
      content: warnings.join(' '),
    });
  }

  return (
    <FormDialog
      header={texts.restoreHeader(version)}
      button={texts.restore}
      isValid
      onSubmit={act}
      onDismiss={onDismiss}
    >
      {texts.restoreText(version, id)}
    </FormDialog>
  );
}
