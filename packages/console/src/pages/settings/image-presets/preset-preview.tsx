import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useRead } from '../../../api/use-read.ts';
import { describeError } from '../../../components/describe-error.ts';
import { useSettled } from '../../../components/use-settled.ts';
import { imagePresetTexts as texts } from '../../../texts/image-presets.ts';

/** Images that can be chosen: the ones that were changed last. */
const choices = 50;

/** A picture of the library as the commands make it. */
export function PresetPreview({ commands }: { commands: string }) {
  const images = useRead('assets', 'searchAssets', { query: { type: 'image', limit: choices } });
  const [chosen, setChosen] = useState<string>();
  const shown = useSettled(commands);
  const [failed, setFailed] = useState<string>();
  const options = (images.data?.items ?? []).flatMap(({ id, previewUrl }) =>
    previewUrl === undefined ? [] : [{ value: id, label: id, previewUrl }],
  );
  const image = options.find(({ value }) => value === chosen) ?? options[0];
  if (images.data && !image) return <Box color="text-body-secondary">{texts.noImages}</Box>;
  const source = image && withQuery(image.previewUrl, shown);
  return (
    <SpaceBetween size="s">
      <FormField label={texts.previewImage}>
        <Select
          selectedOption={image ?? null}
          options={options}
          filteringType="auto"
          statusType={images.isPending ? 'loading' : images.error ? 'error' : 'finished'}
          {...(images.error && { errorText: describeError(images.error) })}
          onChange={({ detail }) => setChosen(detail.selectedOption.value)}
        />
      </FormField>
      {image && source && shown && (
        <section className="settings-preview" aria-label={texts.preview}>
          {failed === source ? (
            <Box color="text-body-secondary">{texts.previewFailed}</Box>
          ) : (
            <img src={source} alt={texts.previewOf(image.value)} onError={() => setFailed(source)} />
          )}
        </section>
      )}
    </SpaceBetween>
  );
}

/** Adds image commands to a signed address, which has a query of its own. */
function withQuery(url: string, commands: string): string {
  return commands ? `${url}${url.includes('?') ? '&' : '?'}${commands}` : url;
}
