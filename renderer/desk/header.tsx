import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { WindowState } from '../../domain/board.ts';
import type { StaffSession } from '../../sync/protocol/link.ts';
import { useHello, useLink } from '../link/hooks.ts';
import { clockText, dateText, useTimeZone } from '../ui/time-text.ts';
import { useNow } from '../ui/use-now.ts';
import { useDesk } from './desk-context.ts';
import type { Dialogs } from './dialogs.tsx';

const SECOND_MS = 1_000;

interface Props {
  readonly staff: StaffSession;
  readonly dialogs: Dialogs;
  readonly onLock: () => void;
}

export function DeskHeader({ staff, dialogs, onLock }: Props) {
  const { t } = useTranslation('desk');
  const hello = useHello();
  const { state, report, saveOpenCase } = useDesk();
  const link = useLink();
  const signOut = async () => {
    if (state.ticket !== null) return report({ code: 'TICKET_AT_WINDOW', message: t('signOutBlocked') });
    if (!(await saveOpenCase())) return;
    const result = await link.call('staff.signOut', {});
    if (!result.ok) report(result.error);
  };
  return (
    <header className="desk-header">
      <h1>
        {hello?.hallName}
        <span>{hello?.windowNumber != null && t('windowOf', { number: hello.windowNumber })}</span>
      </h1>
      <WindowControl dialogs={dialogs} />
      <Button onClick={() => dialogs.show({ kind: 'issue' })}>{t('issueNumber')}</Button>
      <Clock />
      <span className="desk-staff">{t('staffOf', { name: staff.name, number: staff.staffNumber })}</span>
      <Button onClick={onLock}>{t('lock.now')}</Button>
      <Button onClick={() => void signOut()}>{t('signOut')}</Button>
    </header>
  );
}

function WindowControl({ dialogs }: { readonly dialogs: Dialogs }) {
  const { t } = useTranslation('desk');
  const { state, report } = useDesk();
  const link = useLink();
  const set = async (window: WindowState) => {
    const result = await link.call('window.set', { state: window });
    report(result.ok ? null : result.error);
  };
  const { window } = state;
  return (
    <div className="desk-window" data-state={window}>
      <strong role="status">{t(`window.${window}`)}</strong>
      {window !== 'OPEN' && (
        <Button type="primary" onClick={() => void set('OPEN')}>
          {t(window === 'PAUSED' ? 'window.resume' : 'window.open')}
        </Button>
      )}
      {window === 'OPEN' && <Button onClick={() => dialogs.show({ kind: 'pause' })}>{t('window.pause')}</Button>}
      {window !== 'CLOSED' && <Button onClick={() => void set('CLOSED')}>{t('window.close')}</Button>}
    </div>
  );
}

function Clock() {
  const { i18n } = useTranslation();
  const timeZone = useTimeZone();
  const now = useNow(SECOND_MS);
  return (
    <time className="desk-clock" dateTime={new Date(now).toISOString()}>
      <span>{dateText(now, timeZone, i18n.language)}</span> {clockText(now, timeZone)}
    </time>
  );
}
