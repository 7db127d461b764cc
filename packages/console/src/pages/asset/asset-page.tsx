import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Grid from '@cloudscape-design/components/grid';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLocation, useNavigate, useParams, useSearchParams } from 'react-router';
import { usePublishing } from '../../actions/use-publishing.tsx';
import { useRestoring } from '../../actions/use-restoring.ts';
import { useClient } from '../../api/client-context.tsx';
import { queryKeyOf } from '../../api/use-read.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { useShortcut } from '../../app/shortcuts.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { LiveState } from '../../components/live-icon.tsx';
import { Page } from '../../components/page.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { Time } from '../../components/time.tsx';
import { DatesState } from '../../live-dates/dates-state.tsx';
import { useCompany, useMay } from '../../session/company.tsx';
import { assetTexts as texts } from '../../texts/asset.ts';
import { trashTexts } from '../../texts/trash.ts';
import type { Asset, ReadAsset } from './read-asset.ts';
import './asset.css';
import { AssetFacts } from './asset-facts.tsx';
import { AssetPreview } from './asset-preview.tsx';
import { DatesForm } from './dates-form.tsx';
import { Derivatives } from './derivatives.tsx';
import { FocusPicker } from './focus-picker.tsx';
import { History } from './history.tsx';
import { MetadataForm } from './metadata-form.tsx';
import { ModifiersForm } from './modifiers-form.tsx';
import { Urls } from './urls.tsx';
import { Versions } from './versions.tsx';

/** What a list opens this page with: the ids around it, for Previous and Next. */
interface AssetState {
  readonly ids?: readonly string[];
}

/** Everything about one asset. */
export default function AssetPage() {
  const { id = '' } = useParams();
  const client = useClient();
  const { company } = useCompany();
  const request = { params: { id } };
  const asset = useQuery<ReadAsset>({
    queryKey: queryKeyOf(company, 'assets', 'readAsset', { ...request, tagged: true }),
    queryFn: ({ signal }) => client.callTagged('readAsset', { ...request, signal }),
  });
  if (asset.data) return <LoadedAsset key={id} read={asset.data} />;
  return <Page title={id}>{asset.error ? <QueryError query={asset} /> : <Skeleton rows={10} />}</Page>;
}

interface Tab {
  readonly id: Exclude<keyof typeof texts.tabs, 'label'>;
  readonly content: ReactNode;
}

function LoadedAsset({ read }: { read: ReadAsset }) {
  const asset = read.body;
  const { id, title, published, lastPublished, trashed } = asset;
  const mayChange = useMay('user') && !trashed;
  const [params, setParams] = useSearchParams();
  const isPicture = asset.width !== undefined && asset.previewUrl !== undefined;
  const tabs: readonly Tab[] = [
    { id: 'metadata', content: <MetadataForm read={read} mayChange={mayChange} /> },
    { id: 'dates', content: <DatesForm read={read} mayChange={mayChange} /> },
    ...(isPicture && mayChange && asset.type === 'image'
      ? [{ id: 'focus', content: <FocusPicker key={read.etag} read={read} /> } as const]
      : []),
    {
      id: 'urls',
      content: (
        <SpaceBetween size="xl">
          <Urls asset={asset} />
          {(asset.type === 'image' || asset.type === 'derived-image') && (
            <ModifiersForm read={read} mayChange={mayChange} />
          )}
        </SpaceBetween>
      ),
    },
    { id: 'versions', content: <Versions read={read} mayChange={mayChange} /> },
    { id: 'derivatives', content: <Derivatives asset={asset} /> },
    { id: 'history', content: <History asset={asset} /> },
  ];
  return (
    <Page
      title={title ?? id}
      description={
        <SpaceBetween size="s" direction="horizontal">
          <LiveState published={published} />
          {lastPublished ? (
            <span>
              {texts.lastPublished}: <Time at={lastPublished} />
            </span>
          ) : (
            texts.neverPublished
          )}
          <DatesState liveFrom={asset.liveFrom} liveUntil={asset.liveUntil} />
        </SpaceBetween>
      }
      actions={<AssetActions asset={asset} mayChange={mayChange} />}
    >
      <SpaceBetween size="l">
        {trashed && <InTrash id={id} />}
        <Grid gridDefinition={[{ colspan: { default: 12, m: 7 } }, { colspan: { default: 12, m: 5 } }]}>
          <Container fitHeight>
            <AssetPreview asset={asset} />
          </Container>
          <AssetFacts asset={asset} />
        </Grid>
        <Container>
          <Tabs
            ariaLabel={texts.tabs.label}
            activeTabId={params.get('tab') ?? 'metadata'}
            tabs={tabs.map((tab) => ({ ...tab, label: texts.tabs[tab.id] }))}
            onChange={({ detail }) =>
              setParams(detail.activeTabId === 'metadata' ? {} : { tab: detail.activeTabId }, {
                replace: true,
                preventScrollReset: true,
              })
            }
          />
        </Container>
      </SpaceBetween>
    </Page>
  );
}

/** Says that the asset is in the trash, with the way back. */
function InTrash({ id }: { id: string }) {
  const { company } = useCompany();
  const mayRestore = useMay('user');
  const restore = useRestoring();
  const [isBusy, setBusy] = useState(false);
  return (
    <Alert
      type="warning"
      action={
        mayRestore && (
          <Button
            loading={isBusy}
            onClick={() => {
              setBusy(true);
              void restore([id]).finally(() => setBusy(false));
            }}
          >
            {trashTexts.restore}
          </Button>
        )
      }
    >
      {texts.trashed} <PageLink to={`/${company}/library/trash`}>{trashTexts.open}</PageLink>
    </Alert>
  );
}

function AssetActions({ asset, mayChange }: { asset: Asset; mayChange: boolean }) {
  const { id, published, type } = asset;
  const client = useClient();
  const { company } = useCompany();
  const { publish, unpublish } = usePublishing();
  const { notifyError } = useNotifications();

  async function download() {
    try {
      const { url } = await client.call('downloadAsset', { params: { id } });
      location.assign(url);
    } catch (error) {
      notifyError(texts.notDownloaded, error);
    }
  }

  const isSet = asset.memberCount !== undefined;
  return (
    <SpaceBetween size="xs" direction="horizontal">
      <Neighbours id={id} />
      {!isSet && type !== 'derived-image' && (
        <Button iconName="download" onClick={() => void download()}>
          {texts.download}
        </Button>
      )}
      {mayChange && isSet && <LinkButton to={`/${company}/sets/${id}`}>{texts.editSet}</LinkButton>}
      {mayChange && type === 'image' && (
        <LinkButton to={`/${company}/assets/${id}/derive`}>{texts.derive}</LinkButton>
      )}
      {mayChange && asset.parent && (
        <LinkButton to={`/${company}/assets/${asset.parent}/derive?image=${id}`}>
          {texts.editDerived}
        </LinkButton>
      )}
      {mayChange && (
        <Button
          variant={published ? 'normal' : 'primary'}
          onClick={() => void (published ? unpublish([id]) : publish([id]))}
        >
          {published ? texts.unpublish : texts.publish}
        </Button>
      )}
    </SpaceBetween>
  );
}

/** Previous and Next among the assets of the list that opened the page. */
function Neighbours({ id }: { id: string }) {
  const { company } = useCompany();
  const navigate = useNavigate();
  const state = useLocation().state as AssetState | null;
  const ids = state?.ids ?? [];
  const index = ids.indexOf(id);
  const open = (to: string | undefined) => {
    if (to !== undefined) void navigate(`/${company}/assets/${to}`, { state });
  };
  const previous = index > 0 ? ids[index - 1] : undefined;
  const next = index >= 0 ? ids[index + 1] : undefined;
  useShortcut('[', texts.previous, () => open(previous));
  useShortcut(']', texts.next, () => open(next));
  if (ids.length < 2) return null;
  return (
    <>
      <Button
        iconName="angle-left"
        variant="icon"
        ariaLabel={texts.previous}
        disabled={previous === undefined}
        onClick={() => open(previous)}
      />
      <Button
        iconName="angle-right"
        variant="icon"
        ariaLabel={texts.next}
        disabled={next === undefined}
        onClick={() => open(next)}
      />
    </>
  );
}
