import { useTranslation } from 'react-i18next';
import type { DeskState, StaffSession } from '../../sync/protocol/link.ts';
import { useEvent, useHello, useLink, useLinkState } from '../link/hooks.ts';
import { DemoBanner } from '../ui/demo-banner.tsx';
import { OfficeTheme } from '../ui/office-theme.tsx';
import { StatusLine } from '../ui/status-line.tsx';
import { CasePanel } from './case-panel.tsx';
import './desk.css';
import { DeskProvider, useDeskValue } from './desk-context.ts';
import { DeskDialogs, useDialogs } from './dialogs.tsx';
import { DeskHeader } from './header.tsx';
import { HubAway } from './hub-away.tsx';
import { LockScreen } from './lock-screen.tsx';
import { QueueLists } from './queue-lists.tsx';
import { SignIn } from './sign-in.tsx';
import { TicketPanel } from './ticket-panel.tsx';
import { useIdleLock } from './use-idle-lock.ts';

export function DeskPage() {
  const { t } = useTranslation('desk');
  const desk = useEvent('desk');
  const connection = useLinkState();
  if (connection === 'unauthorized') return <main className="ui-centre">{t('unauthorized')}</main>;
  return (
    <OfficeTheme>
      <div className="desk">
        <DemoBanner />
        {desk === undefined ? (
          <main className="desk-wait">{t(connection === 'up' ? 'waitingState' : 'connecting')}</main>
        ) : (
          <Body desk={desk} />
        )}
        <footer>
          <StatusLine />
        </footer>
      </div>
    </OfficeTheme>
  );
}

function Body({ desk }: { readonly desk: DeskState }) {
  return desk.staff === null ? <SignIn /> : <SignedIn key={desk.staff.staffId} desk={desk} staff={desk.staff} />;
}

function SignedIn({ desk, staff }: { readonly desk: DeskState; readonly staff: StaffSession }) {
  const value = useDeskValue(desk);
  const dialogs = useDialogs(desk.ticket?.id ?? null);
  const link = useLink();
  const lockAfterMin = useHello()?.policy?.deskIdleLockMin ?? null;
  const { locked, lock, unlock } = useIdleLock(lockAfterMin);
  return (
    <DeskProvider value={value}>
      {locked && <LockScreen staff={staff} onUnlock={unlock} onOther={() => void link.call('staff.signOut', {}).then(unlock)} />}
      <div className="desk-work" inert={locked} aria-hidden={locked}>
        <DeskHeader staff={staff} dialogs={dialogs} onLock={lock} />
        <HubAway />
        <main className="desk-columns">
          <TicketPanel dialogs={dialogs} keysActive={!locked && dialogs.open === null} />
          <CasePanel key={desk.ticket?.id ?? 'none'} />
          <QueueLists dialogs={dialogs} />
        </main>
      </div>
      {!locked && <DeskDialogs dialogs={dialogs} />}
    </DeskProvider>
  );
}
