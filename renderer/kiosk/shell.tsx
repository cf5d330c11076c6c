import { type Dispatch, type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BigButton } from '../ui/big-button.tsx';
import { useCallStaff } from '../ui/call-staff.ts';
import type { Action, Flow } from './kiosk-flow.ts';
import { KioskStatus } from './kiosk-status.tsx';

interface ShellProps {
  readonly flow: Flow;
  readonly dispatch: Dispatch<Action>;
  readonly hallName: string;
  readonly children: ReactNode;
}

/** What stands on every screen: the hall's name above, the tools and 叫工作人员 below, within reach of a wheelchair. */
export function Shell({ flow, dispatch, hallName, children }: ShellProps) {
  return (
    <div className="k-shell">
      <header className="k-hall">
        <p lang="zh-CN">{hallName}</p>
        <KioskStatus />
      </header>
      <main className="k-body">{children}</main>
      <Tools flow={flow} dispatch={dispatch} />
    </div>
  );
}

type Called = 'no' | 'yes' | 'failed';

function Tools({ flow, dispatch }: Pick<ShellProps, 'flow' | 'dispatch'>) {
  const { t } = useTranslation('kiosk');
  const callStaff = useCallStaff();
  const [called, setCalled] = useState<Called>('no');
  const { step } = flow;
  const busy = step.at === 'issuing' || step.at === 'reprinting';
  // biome-ignore lint/correctness/useExhaustiveDependencies: the answer belongs to the screen on which the button was pressed
  useEffect(() => setCalled('no'), [step.at]);
  const call = async () => setCalled((await callStaff()) ? 'yes' : 'failed');
  return (
    <footer className="k-tools">
      <p role="status" className="k-called" data-called={called}>
        {called === 'yes' && t('staffCalled')}
        {called === 'failed' && t('staffNotReached')}
      </p>
      <nav aria-label={t('tools')}>
        {flow.back.length > 0 && <BigButton onClick={() => dispatch({ type: 'back' })}>{t('back')}</BigButton>}
        {step.at !== 'welcome' && (
          <BigButton disabled={busy} onClick={() => dispatch({ type: 'home' })}>
            {t('home')}
          </BigButton>
        )}
        <BigButton aria-pressed={flow.large} onClick={() => dispatch({ type: 'toggle', setting: 'large' })}>
          {t(flow.large ? 'largeOff' : 'large')}
        </BigButton>
        <BigButton aria-pressed={flow.low} onClick={() => dispatch({ type: 'toggle', setting: 'low' })}>
          {t(flow.low ? 'lowOff' : 'low')}
        </BigButton>
        <BigButton lang={flow.language === 'zh' ? 'en' : 'zh-CN'} onClick={() => dispatch({ type: 'toggle', setting: 'language' })}>
          {t('language')}
        </BigButton>
        <BigButton kind="help" onClick={() => void call()}>
          {t('callStaff')}
        </BigButton>
      </nav>
    </footer>
  );
}
