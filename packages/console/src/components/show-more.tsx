import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { appTexts } from '../texts/app.ts';

interface ShowMoreProps {
  readonly list: {
    readonly isFetchingNextPage: boolean;
    fetchNextPage(): unknown;
  };
}

/** The button that loads the next page, for the foot of a list that has one: Cloudscape draws an empty foot otherwise. */
export function ShowMore({ list: { isFetchingNextPage, fetchNextPage } }: ShowMoreProps) {
  return (
    <Box textAlign="center">
      <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {appTexts.showMore}
      </Button>
    </Box>
  );
}
