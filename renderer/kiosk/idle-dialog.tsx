import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { BigButton } from '../ui/big-button.tsx';

interface IdleDialogProps {
  readonly secondsLeft: number;
  readonly onGoOn: () => void;
  readonly onExit: () => void;
}

/** A touch anywhere but on 退出 goes on. The page beneath is inert meanwhile. */
export function IdleDialog({ secondsLeft, onGoOn, onExit }: IdleDialogProps) {
  const { t } = useTranslation('kiosk');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys reach the two buttons; the whole surface only widens 继续 for a finger
    <dialog ref={dialog} className="k-idle" aria-labelledby="k-idle-title" onClick={onGoOn} onCancel={onGoOn}>
      <div className="k-idle-box">
        <h2 id="k-idle-title">{t('idleTitle')}</h2>
        <p role="timer">{t('idleWhat', { count: secondsLeft })}</p>
        <BigButton kind="primary" onClick={onGoOn}>
          {t('goOn')}
        </BigButton>
        <BigButton
          onClick={(event) => {
            event.stopPropagation();
            onExit();
          }}
        >
          {t('exit')}
        </BigButton>
      </div>
    </dialog>
  );
}
