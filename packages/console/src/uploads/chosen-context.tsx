import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { Chosen, ChosenFile } from './chosen-files.ts';

interface ChosenFiles extends Chosen {
  add(chosen: Chosen): void;
  remove(files: ReadonlySet<ChosenFile>): void;
  clear(): void;
}

const ChosenContext = createContext<ChosenFiles | undefined>(undefined);

const nothing: Chosen = { files: [], hidden: 0 };

/** Keeps the files that are chosen and not uploaded yet while other pages of the company are open. */
export function ChosenFilesProvider({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState(nothing);
  const value = useMemo(
    () => ({
      ...chosen,
      add: (more: Chosen) =>
        setChosen((before) => ({
          files: [...before.files, ...more.files.filter((one) => !before.files.some(isSameAs(one)))],
          hidden: before.hidden + more.hidden,
        })),
      remove: (files: ReadonlySet<ChosenFile>) =>
        setChosen((before) => ({ ...before, files: before.files.filter((one) => !files.has(one)) })),
      clear: () => setChosen(nothing),
    }),
    [chosen],
  );
  return <ChosenContext value={value}>{children}</ChosenContext>;
}

export function useChosenFiles(): ChosenFiles {
  const chosen = useContext(ChosenContext);
  if (!chosen) throw new Error('There is no ChosenFilesProvider');
  return chosen;
}

/** The same file again, such as after a second drop. */
function isSameAs({ file, path }: ChosenFile) {
  return (other: ChosenFile) =>
    other.path === path &&
    other.file.name === file.name &&
    other.file.size === file.size &&
    other.file.lastModified === file.lastModified;
}
