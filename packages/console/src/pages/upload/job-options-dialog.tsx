import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import Multiselect from '@cloudscape-design/components/multiselect';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useRead } from '../../api/use-read.ts';
import { uploadTexts } from '../../texts/upload.ts';
import { NameField, OverwriteField, PublishField, UnpackField } from './option-fields.tsx';
import type { UploadForm } from './upload-options.ts';

const texts = uploadTexts.options;

interface JobOptionsDialogProps {
  readonly form: UploadForm;
  readonly onChange: (change: Partial<UploadForm>) => void;
  readonly onClose: () => void;
}

/** All options of the upload job: those of the page again, and the rarer ones. */
export function JobOptionsDialog({ form, onChange, onClose }: JobOptionsDialogProps) {
  const settings = useRead('settings', 'readSettings');
  const presets = useRead('settings', 'listBatchSetPresets');
  const all = presets.data?.items ?? [];
  const chosen = form.presets ?? all.filter(({ active }) => active).map(({ name }) => name);
  const fields = { form, onChange };
  return (
    <Modal
      visible
      header={texts.dialog}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onClose}>
            {texts.done}
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <PublishField {...fields} />
        <OverwriteField {...fields} />
        <UnpackField {...fields} />
        <FormField label={texts.preserve}>
          <RadioGroup
            value={form.preserve}
            onChange={({ detail }) => onChange({ preserve: detail.value as UploadForm['preserve'] })}
            items={[
              {
                value: 'company',
                label: texts.preserveChoices.company(settings.data?.retainPublishState ?? true),
              },
              { value: 'keep', label: texts.preserveChoices.keep },
              { value: 'as-new', label: texts.preserveChoices.asNew },
            ]}
          />
        </FormField>
        <FormField label={texts.presets} description={texts.presetsDescription}>
          <Multiselect
            options={all.map(({ name, setType }) => ({ value: name, label: name, description: setType }))}
            selectedOptions={chosen.map((value) => ({ value, label: value }))}
            placeholder={texts.presetsPlaceholder}
            empty={texts.presetsEmpty}
            statusType={presets.isPending ? 'loading' : presets.error ? 'error' : 'finished'}
            onChange={({ detail }) =>
              onChange({ presets: detail.selectedOptions.flatMap(({ value }) => value ?? []) })
            }
          />
        </FormField>
        <NameField {...fields} />
      </SpaceBetween>
    </Modal>
  );
}
