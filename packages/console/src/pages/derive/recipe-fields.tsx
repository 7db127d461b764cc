import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import Slider from '@cloudscape-design/components/slider';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { deriveTexts as texts } from '../../texts/derive.ts';
import { adjustments, type Crop, emptyRecipe, type RecipeDraft } from './recipe.ts';

interface RecipeFieldsProps {
  readonly draft: RecipeDraft;
  /** Pixels of the parent image. */
  readonly width: number;
  readonly height: number;
  readonly change: (values: Partial<RecipeDraft>) => void;
}

const rotations = Object.entries(texts.turn.rotations).map(([value, label]) => ({ value, label }));
const flips = Object.entries(texts.turn.flips).map(([value, label]) => ({ value, label }));
const cropSides = ['x', 'y', 'width', 'height'] as const satisfies readonly (keyof Crop)[];

/** Everything that the editor can change. */
export function RecipeFields({ draft, width, height, change }: RecipeFieldsProps) {
  const crop = draft.crop ?? { x: 0, y: 0, width, height };
  return (
    <SpaceBetween size="l">
      <section aria-label={texts.crop.header}>
        <Box variant="h2">{texts.crop.header}</Box>
        <div className="derive-fields">
          {cropSides.map((side) => (
            <FormField key={side} label={texts.crop[side]}>
              <Input
                type="number"
                inputMode="numeric"
                value={String(crop[side])}
                onChange={({ detail }) =>
                  change({ crop: { ...crop, [side]: Math.max(0, Math.round(Number(detail.value))) } })
                }
              />
            </FormField>
          ))}
          <Button disabled={!draft.crop} onClick={() => change({ crop: undefined })}>
            {texts.crop.reset}
          </Button>
        </div>
      </section>
      <section aria-label={texts.turn.header}>
        <Box variant="h2">{texts.turn.header}</Box>
        <div className="derive-fields">
          <FormField label={texts.turn.rotate}>
            <Select
              selectedOption={rotations.find(({ value }) => value === draft.rotate) ?? null}
              options={rotations}
              onChange={({ detail }) =>
                change({ rotate: detail.selectedOption.value as RecipeDraft['rotate'] })
              }
            />
          </FormField>
          <FormField label={texts.turn.flip}>
            <Select
              selectedOption={flips.find(({ value }) => value === draft.flip) ?? null}
              options={flips}
              onChange={({ detail }) => change({ flip: detail.selectedOption.value as RecipeDraft['flip'] })}
            />
          </FormField>
        </div>
      </section>
      <section aria-label={texts.size.header}>
        <Box variant="h2">{texts.size.header}</Box>
        <div className="derive-fields">
          {(['width', 'height'] as const).map((side) => (
            <FormField key={side} label={`${texts.size.header}: ${texts.size[side]}`}>
              <Input
                type="number"
                inputMode="numeric"
                value={draft[side]}
                placeholder={texts.size.empty}
                onChange={({ detail }) => change({ [side]: detail.value.replace(/\D/g, '') })}
              />
            </FormField>
          ))}
        </div>
      </section>
      <section aria-label={texts.adjust.header}>
        <Box variant="h2">{texts.adjust.header}</Box>
        <div className="derive-fields">
          {adjustments.map((name) => (
            <FormField key={name} label={texts.adjust[name]}>
              <Slider
                value={draft.adjust[name]}
                min={-100}
                max={100}
                onChange={({ detail }) => change({ adjust: { ...draft.adjust, [name]: detail.value } })}
              />
            </FormField>
          ))}
          <Checkbox checked={draft.sharpen} onChange={({ detail }) => change({ sharpen: detail.checked })}>
            {texts.adjust.op_sharpen}
          </Checkbox>
          <Button onClick={() => change({ adjust: emptyRecipe.adjust, sharpen: false })}>
            {texts.adjust.reset}
          </Button>
        </div>
      </section>
      <FormField label={texts.more} constraintText={texts.moreHint}>
        <Input
          value={draft.more}
          spellcheck={false}
          onChange={({ detail }) => change({ more: detail.value })}
        />
      </FormField>
    </SpaceBetween>
  );
}
