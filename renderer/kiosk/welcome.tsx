import type { Dispatch } from 'react';
import { useTranslation } from 'react-i18next';
import type { PolicyValues } from '../../domain/policy.ts';
import { useEvent, useLinkState } from '../link/hooks.ts';
import { BigButton } from '../ui/big-button.tsx';
import { deviceStatus } from './devices.ts';
import { Heading } from './heading.tsx';
import type { Action } from './kiosk-flow.ts';

interface WelcomeProps {
  readonly policy: PolicyValues | null;
  readonly dispatch: Dispatch<Action>;
}

export function WelcomeView({ policy, dispatch }: WelcomeProps) {
  const { t } = useTranslation('kiosk');
  const printer = deviceStatus(useEvent('status'), 'ticketPrinter');
  return (
    <>
      <Heading title={t('title')} hint={<OpenState policy={policy} />} />
      <div className="k-main k-welcome">
        <Waiting />
        {printer?.ok === false && (
          <p className="k-note" role="status">
            {t('printerTrouble')}
          </p>
        )}
        <BigButton kind="primary" className="k-start" onClick={() => dispatch({ type: 'start' })}>
          {t('takeNumber')}
        </BigButton>
        <Notices />
      </div>
    </>
  );
}

function OpenState({ policy }: { readonly policy: PolicyValues | null }) {
  const { t } = useTranslation('kiosk');
  const board = useEvent('board');
  const hours = policy?.openingHours.map(({ from, to }) => `${from}–${to}`).join('　');
  return (
    <>
      {board !== undefined && <strong data-open={board.open}>{t(board.open ? 'open' : 'closed')}</strong>}
      {hours !== undefined && <span>{t('hours', { hours })}</span>}
    </>
  );
}

/** The count comes from the hub; while it is away the last one known would be a guess. */
function Waiting() {
  const { t } = useTranslation('kiosk');
  const board = useEvent('board');
  const known = useLinkState() === 'up' && board !== undefined && !board.hubAway;
  return <p className="k-waiting">{known ? t('waitingTotal', { count: board.waitingTotal }) : t('waitingUnknown')}</p>;
}

function Notices() {
  const notices = useEvent('board')?.notices ?? [];
  return notices.length === 0 ? null : (
    <ul className="k-notices" lang="zh-CN">
      {notices.slice(0, 2).map((notice) => (
        <li key={notice}>{notice}</li>
      ))}
    </ul>
  );
}
