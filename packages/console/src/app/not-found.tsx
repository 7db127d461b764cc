import Box from '@cloudscape-design/components/box';
import { EmptyState } from '../components/empty-state.tsx';
import { LinkButton } from '../components/link-button.tsx';
import { useCompany } from '../session/company.tsx';
import { appTexts } from '../texts/app.ts';

/** An address without a page, or a page that the person may not see. */
export function NotFound() {
  const { company } = useCompany();
  const texts = appTexts.notFound;
  return (
    <Box padding="xxl">
      <EmptyState
        title={texts.header}
        description={texts.description}
        action={<LinkButton to={`/${company}`}>{texts.toStart}</LinkButton>}
      />
    </Box>
  );
}
