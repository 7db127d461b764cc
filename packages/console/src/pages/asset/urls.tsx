import Box from '@cloudscape-design/components/box';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useRead } from '../../api/use-read.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { assetTexts } from '../../texts/asset.ts';
import type { Asset } from './read-asset.ts';

const texts = assetTexts.urls;

interface CopyRowProps {
  readonly label: string;
  readonly text: string;
  readonly live: boolean;
}

function CopyRow({ label, text, live }: CopyRowProps) {
  return (
    <div className="copy-row">
      <span>
        <b>{label}</b>{' '}
        <StatusIndicator type={live ? 'success' : 'pending'}>
          {live ? texts.live : texts.notLive}
        </StatusIndicator>
      </span>
      <CopyToClipboard
        copyButtonText={texts.copy}
        copyButtonAriaLabel={texts.copyOf(label)}
        copySuccessText={texts.copied}
        copyErrorText={text}
        textToCopy={text}
      />
      <code>{text}</code>
    </div>
  );
}

/** Every delivery URL of the asset and the HTML that embeds it, each with whether it works now. */
export function Urls({ asset }: { asset: Asset }) {
  const urls = useRead('assets', 'listUrls', { params: { id: asset.id } });
  const [preset, setPreset] = useState('');
  if (urls.error) return <QueryError query={urls} />;
  if (!urls.data) return <Skeleton rows={5} />;
  const { urls: all, embeds } = urls.data;
  if (all.length === 0) return <EmptyState title={texts.empty} />;
  const presets = all.flatMap((url) => (url.preset === undefined ? [] : [url.preset]));
  const options = [
    { value: '', label: texts.noPreset },
    ...presets.map((value) => ({ value, label: value })),
  ];
  const shown = all.filter((url) => (url.kind === 'preset' ? url.preset === preset : !preset));
  return (
    <SpaceBetween size="l">
      {presets.length > 0 && (
        <FormField label={texts.preset}>
          <Select
            selectedOption={options.find(({ value }) => value === preset) ?? null}
            options={options}
            onChange={({ detail }) => setPreset(detail.selectedOption.value ?? '')}
          />
        </FormField>
      )}
      <section aria-label={texts.header}>
        {shown.map(({ kind, url, versionedUrl, live }) => (
          <div key={`${kind} ${url}`}>
            <CopyRow label={texts.kinds[kind]} text={url} live={live} />
            {versionedUrl && (
              <CopyRow label={`${texts.kinds[kind]}: ${texts.versioned}`} text={versionedUrl} live={live} />
            )}
          </div>
        ))}
      </section>
      {embeds.length > 0 && (
        <section aria-label={texts.embeds}>
          <Box variant="h3">{texts.embeds}</Box>
          {embeds.map(({ kind, html, live }) => (
            <CopyRow key={kind} label={texts.snippets[kind]} text={html} live={live} />
          ))}
        </section>
      )}
    </SpaceBetween>
  );
}
