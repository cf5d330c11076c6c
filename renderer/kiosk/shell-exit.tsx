import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShellBridge } from '../link/shell-bridge.ts';
import { BigButton } from '../ui/big-button.tsx';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'] as const;
const MAX_PIN = 12;

declare global {
  interface Window {
    /** Only under the Electron shell. */
    readonly bianminShell?: ShellBridge;
  }
}

/** The staff's way out of a locked kiosk: five taps in the upper left corner, then the PIN. Nothing of it without the shell. */
export function ShellExit() {
  const shell = window.bianminShell;
  const [asking, setAsking] = useState(false);
  useEffect(() => window.bianminShell?.onAskPin(() => setAsking(true)), []);
  if (shell === undefined) return null;
  return (
    <>
      <div className="k-exit-corner" aria-hidden="true" onPointerDown={() => shell.cornerTap()} />
      {asking && <PinDialog shell={shell} onClose={() => setAsking(false)} />}
    </>
  );
}

function PinDialog({ shell, onClose }: { readonly shell: ShellBridge; readonly onClose: () => void }) {
  const { t } = useTranslation('kiosk');
  const dialog = useRef<HTMLDialogElement>(null);
  const [pin, setPin] = useState('');
  const [problem, setProblem] = useState<'WRONG' | 'LOCKED' | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const leave = async () => {
    const answer = await shell.exit(pin);
    setPin('');
    if (answer !== 'OK') setProblem(answer);
  };
  return (
    <dialog ref={dialog} className="k-exit" aria-label={t('exit.title')} onClose={onClose}>
      <h2>{t('exit.title')}</h2>
      <p className="k-exit-pin" role="status">
        {problem !== null && pin === '' ? t(problem === 'LOCKED' ? 'exit.locked' : 'exit.wrong') : '●'.repeat(pin.length)}
      </p>
      <div className="k-exit-keys">
        {KEYS.map((key) => (
          <BigButton key={key} onClick={() => setPin((typed) => (typed + key).slice(0, MAX_PIN))}>
            {key}
          </BigButton>
        ))}
      </div>
      <BigButton disabled={pin === ''} onClick={() => void leave()}>
        {t('exit.leave')}
      </BigButton>
      <BigButton onClick={onClose}>{t('exit.stay')}</BigButton>
    </dialog>
  );
}
