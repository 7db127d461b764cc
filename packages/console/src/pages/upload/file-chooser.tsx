import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useRef } from 'react';
import { useShortcut } from '../../app/shortcuts.tsx';
import { uploadTexts } from '../../texts/upload.ts';
import { type Chosen, filesOfInput } from '../../uploads/chosen-files.ts';
import './upload-page.css';

const texts = uploadTexts.drop;

/** The area that shows where to drop, with buttons that open the system's dialogs. Drops are taken on the whole page. */
export function FileChooser({ onChosen }: { onChosen: (chosen: Chosen) => void }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useShortcut('n', uploadTexts.shortcut, () => files.current?.click());
  const take = (input: HTMLInputElement) => {
    onChosen(filesOfInput(input));
    // The same files can be chosen again.
    input.value = '';
  };
  const input = { type: 'file', multiple: true, hidden: true, tabIndex: -1 } as const;
  return (
    <div className="file-chooser">
      <Box color="text-body-secondary">{texts.here}</Box>
      <div className="file-chooser-buttons">
        <Button iconName="upload" onClick={() => files.current?.click()}>
          {texts.chooseFiles}
        </Button>
        <Button iconName="folder" onClick={() => folder.current?.click()}>
          {texts.chooseFolder}
        </Button>
      </div>
      <input {...input} ref={files} aria-label={texts.chooseFiles} onChange={(event) => take(event.target)} />
      <input
        {...input}
        ref={(element) => {
          folder.current = element;
          if (element) element.webkitdirectory = true;
        }}
        aria-label={texts.chooseFolder}
        onChange={(event) => take(event.target)}
      />
    </div>
  );
}
