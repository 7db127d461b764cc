import Modal from '@cloudscape-design/components/modal';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { type Outcome, OutcomeList } from '../components/outcome-list.tsx';
import { libraryTexts } from '../texts/library.ts';

const OutcomeContext = createContext<(outcomes: readonly Outcome[]) => void>(() => {});

/** The dialog with the result of each asset. It outlives the page that the action was begun on. */
export function OutcomeDialogProvider({ children }: { children: ReactNode }) {
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>();
  return (
    <OutcomeContext value={setOutcomes}>
      {children}
      {outcomes && (
        <Modal visible header={libraryTexts.outcomes.header} onDismiss={() => setOutcomes(undefined)}>
          <OutcomeList outcomes={outcomes} />
        </Modal>
      )}
    </OutcomeContext>
  );
}

/** Opens the dialog. */
export function useOutcomeDialog(): (outcomes: readonly Outcome[]) => void {
  return useContext(OutcomeContext);
}
