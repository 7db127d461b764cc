import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { OperationResponse } from '@pressroom/client/create-client';
import { useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { useChange } from '../../api/use-change.ts';
import { useRead } from '../../api/use-read.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { describeError } from '../../components/describe-error.ts';
import { LinkButton } from '../../components/link-button.tsx';
import { Page } from '../../components/page.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useSettled } from '../../components/use-settled.ts';
import { useCompany } from '../../session/company.tsx';
import { deriveTexts as texts } from '../../texts/derive.ts';
import { withCommands } from '../asset/asset-preview.tsx';
import { CropPicker } from './crop-picker.tsx';
import { draftOf, emptyRecipe, type RecipeDraft, recipeOf } from './recipe.ts';
import { RecipeFields } from './recipe-fields.tsx';

type Asset = OperationResponse<'readAsset'>;

/** Pixels of the pictures in the editor. */
const shownPixels = 800;

/** The editor of a derived image: a new one, or `?image=` for one that exists. */
export default function DerivePage() {
  const { id = '' } = useParams();
  const [params] = useSearchParams();
  const derivedId = params.get('image') ?? '';
  const parent = useRead('assets', 'readAsset', { params: { id } });
  const derived = useRead(
    'assets',
    'readAsset',
    { params: { id: derivedId } },
    { enabled: derivedId !== '' },
  );
  const failed = [parent, derived].find(({ error }) => error !== null);
  return (
    <Page title={derivedId ? texts.editTitle(derivedId) : texts.title(id)} description={texts.description}>
      {failed && <QueryError query={failed} />}
      {!failed && (parent.isPending || (derivedId !== '' && derived.isPending)) && <Skeleton rows={8} />}
      {!failed && parent.data && (derivedId === '' || derived.data) && (
        <Editor parent={parent.data} derived={derived.data} />
      )}
    </Page>
  );
}

function Editor({ parent, derived }: { parent: Asset; derived: Asset | undefined }) {
  const { company } = useCompany();
  const navigate = useNavigate();
  const { notify } = useNotifications();
  const create = useChange('createDerived', ['assets']);
  const edit = useChange('editDerived', ['assets']);
  const [draft, setDraft] = useState<RecipeDraft>(() =>
    derived?.recipe === undefined ? emptyRecipe : draftOf(derived.recipe),
  );
  const [id, setId] = useState(derived?.id ?? '');
  const [publish, setPublish] = useState(true);
  const [hasTried, setTried] = useState(false);
  const recipe = recipeOf(draft);
  const { previewUrl, width, height } = parent;
  const change = (values: Partial<RecipeDraft>) => setDraft((before) => ({ ...before, ...values }));
  const failed = create.error ?? edit.error;

  async function save() {
    setTried(true);
    if (recipe === '' || id.trim() === '') return;
    try {
      const saved = derived
        ? await edit.mutateAsync({ params: { id: parent.id, derivedId: derived.id }, body: { recipe } })
        : await create.mutateAsync({ params: { id: parent.id }, body: { id: id.trim(), recipe, publish } });
      notify({
        type: saved.warnings.length > 0 ? 'warning' : 'success',
        header: texts.created(saved.id),
        content: saved.warnings.join(' '),
      });
      await navigate(`/${company}/assets/${saved.id}`);
    } catch {
      // The form shows it.
    }
  }

  if (!previewUrl || !width || !height) return <Alert type="warning">{texts.notImage}</Alert>;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Form
        actions={
          <SpaceBetween size="xs" direction="horizontal">
            <LinkButton variant="link" to={`/${company}/assets/${derived?.id ?? parent.id}`}>
              {texts.cancel}
            </LinkButton>
            <Button variant="primary" loading={create.isPending || edit.isPending}>
              {texts.create}
            </Button>
          </SpaceBetween>
        }
        errorText={failed ? `${texts.failed}: ${describeError(failed)}` : undefined}
      >
        <SpaceBetween size="l">
          <Container>
            <div className="derive-pictures">
              <figure>
                <CropPicker
                  src={withCommands(previewUrl, { wid: Math.min(width, shownPixels) })}
                  width={width}
                  height={height}
                  crop={draft.crop}
                  onChange={(crop) => change({ crop })}
                />
                <Box color="text-body-secondary">{texts.cropHint}</Box>
              </figure>
              <Result previewUrl={previewUrl} recipe={recipe} />
            </div>
          </Container>
          <Container>
            <RecipeFields draft={draft} width={width} height={height} change={change} />
          </Container>
          <Container>
            <SpaceBetween size="m">
              <FormField
                label={texts.recipe}
                errorText={hasTried && recipe === '' ? texts.needsRecipe : undefined}
              >
                <code>{recipe || '–'}</code>
              </FormField>
              {!derived && (
                <>
                  <FormField
                    label={texts.id}
                    errorText={hasTried && id.trim() === '' ? texts.needsId : undefined}
                  >
                    <Input value={id} spellcheck={false} onChange={({ detail }) => setId(detail.value)} />
                  </FormField>
                  <Checkbox checked={publish} onChange={({ detail }) => setPublish(detail.checked)}>
                    {texts.publish}
                  </Checkbox>
                </>
              )}
            </SpaceBetween>
          </Container>
        </SpaceBetween>
      </Form>
    </form>
  );
}

/** What the image server makes of the recipe. */
function Result({ previewUrl, recipe }: { previewUrl: string; recipe: string }) {
  const settled = useSettled(recipe);
  const [failedFor, setFailedFor] = useState<string>();
  const commands = Object.fromEntries(
    settled
      .split('&')
      .filter(Boolean)
      .map((command) => {
        const at = command.indexOf('=');
        return at < 0 ? [command, ''] : [command.slice(0, at), command.slice(at + 1)];
      }),
  );
  return (
    <figure className="derive-result" aria-busy={settled !== recipe}>
      <img
        src={withCommands(previewUrl, commands)}
        alt={texts.result}
        onError={() => setFailedFor(settled)}
        onLoad={() => setFailedFor(undefined)}
      />
      <Box color="text-body-secondary">{texts.result}</Box>
      {failedFor === settled && <Alert type="error">{texts.previewFailed}</Alert>}
    </figure>
  );
}
