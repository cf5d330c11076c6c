import './kiosk.css';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hello } from '../../sync/protocol/link.ts';
import { useHallInfo, useItems } from '../app/use-reference.ts';
import { useHello, useLink, useLinkState } from '../link/hooks.ts';
import { DemoBanner } from '../ui/demo-banner.tsx';
import { idleTimes } from './idle.ts';
import { IdleDialog } from './idle-dialog.tsx';
import { Shell } from './shell.tsx';
import { ShellExit } from './shell-exit.tsx';
import { StepView } from './step-view.tsx';
import { useGuards } from './use-guards.ts';
import { useIdle } from './use-idle.ts';
import { useKiosk } from './use-kiosk.ts';

/** The self-service ticket machine. Until the process behind it has said who it is, there is nothing to offer but patience. */
export function KioskPage() {
  const hello = useHello();
  useGuards();
  return hello === null ? <NotReady /> : <KioskMachine hello={hello} />;
}

function NotReady() {
  const { t } = useTranslation('kiosk');
  const state = useLinkState();
  return (
    <main className="ui-centre">
      <h1>{t('title')}</h1>
      <p role="status">{t(state === 'unauthorized' ? 'notAllowed' : 'notReady')}</p>
    </main>
  );
}

function KioskMachine({ hello }: { readonly hello: Hello }) {
  const link = useLink();
  const { flow, dispatch, cardPhase } = useKiosk(link);
  const items = useItems();
  const hall = useHallInfo();
  const { policy } = hello;
  const times = useMemo(() => (policy === null ? null : idleTimes(flow, policy)), [flow, policy]);
  const idle = useIdle(times, flow.step, () => dispatch({ type: 'wipe' }));
  useLargeText(flow.large);
  useTitle(useTranslation('kiosk').t('title'));
  return (
    <>
      <div className="k-machine" data-low={flow.low} data-large={flow.large} data-step={flow.step.at} inert={idle.state.kind === 'warn'}>
        <DemoBanner />
        <ShellExit />
        <Shell flow={flow} dispatch={dispatch} hallName={hello.hallName}>
          <StepView
            flow={flow}
            dispatch={dispatch}
            cardPhase={cardPhase}
            hello={hello}
            items={items.status === 'ready' ? items.data : null}
            hall={hall.status === 'ready' ? hall.data : null}
          />
        </Shell>
      </div>
      {idle.state.kind === 'warn' && (
        <IdleDialog secondsLeft={idle.state.secondsLeft} onGoOn={idle.goOn} onExit={() => dispatch({ type: 'wipe' })} />
      )}
    </>
  );
}

/** All sizes are in rem; kiosk.css says what a rem is here (research/domain.md §4). */
function useLargeText(large: boolean): void {
  useEffect(() => {
    document.documentElement.dataset.large = String(large);
    return () => {
      delete document.documentElement.dataset.large;
    };
  }, [large]);
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
}
