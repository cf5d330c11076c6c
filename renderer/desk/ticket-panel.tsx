import { Alert, Button, Tag } from 'antd';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../domain/documents.ts';
import { useEvent, useHello } from '../link/hooks.ts';
import { useNow } from '../ui/use-now.ts';
import { ACTION_KEYS, actionOfKey, availableActions, DESK_ACTIONS, type DeskAction, mainAction } from './actions.ts';
import { useDesk } from './desk-context.ts';
import type { Dialogs } from './dialogs.tsx';
import { RatingBox } from './rating-box.tsx';

interface Props {
  readonly dialogs: Dialogs;
  /** Function keys work; not under a dialog or the lock. */
  readonly keysActive: boolean;
}

export function TicketPanel({ dialogs, keysActive }: Props) {
  const { t } = useTranslation('desk');
  const { state, busy, failure, report } = useDesk();
  const recallMax = useHello()?.policy?.recallMax ?? 0;
  const hubAway = useEvent('status')?.hub === 'offline';
  const situation = { window: state.window, ticket: state.ticket, recallMax, hubAway };
  const available = availableActions(situation);
  const perform = usePerform(dialogs);

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const action = actionOfKey(event.key);
    if (action === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (keysActive && !event.repeat && !busy && available.has(action)) void perform(action);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);

  return (
    <section className="desk-panel desk-ticket" aria-label={t('ticket.title')}>
      {state.ticket === null ? (
        <NoTicket hint={hubAway ? 'awayHint' : state.window === 'OPEN' ? 'noneHint' : 'closedHint'} />
      ) : (
        <TicketFacts ticket={state.ticket} />
      )}
      {state.ticket === null && state.clashes.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('ticket.clash', { numbers: state.clashes.map((ticket) => ticket.body.number).join(t('listJoin')) })}
        />
      )}
      {failure && (
        <Alert
          className="desk-failure"
          type="error"
          showIcon
          role="alert"
          title={failure.message}
          closable={{ onClose: () => report(null) }}
        />
      )}
      <div className="desk-actions">
        {DESK_ACTIONS.map((action) => (
          <Button
            key={action}
            size="large"
            className={`desk-action-${action}`}
            type={mainAction(situation) === action ? 'primary' : 'default'}
            disabled={busy || !available.has(action)}
            onClick={() => void perform(action)}
          >
            {t(`action.${action}`)} <kbd>{ACTION_KEYS[action]}</kbd>
          </Button>
        ))}
      </div>
      <RatingBox />
    </section>
  );
}

/** What each button does; leaving the ticket first brings what is typed into the ledger. */
function usePerform(dialogs: Dialogs): (action: DeskAction) => Promise<void> {
  const { t } = useTranslation('desk');
  const { latest, act, report, saveOpenCase } = useDesk();
  return async (action) => {
    switch (action) {
      case 'call': {
        const result = await act('queue.call', {});
        if (result.ok && result.value === null) report({ code: 'NOBODY_WAITS', message: t('nobodyWaits') });
        return;
      }
      case 'recall':
      case 'start':
      case 'miss':
        await act(`queue.${action}`, {});
        return;
      case 'hold':
      case 'transfer':
        if (await saveOpenCase()) dialogs.show({ kind: action });
        return;
      case 'finish': {
        if (!(await saveOpenCase())) return;
        if (latest().cases.some((one) => one.state === 'draft')) dialogs.show({ kind: 'finish' });
        else await act('queue.finish', {});
      }
    }
  };
}

function NoTicket({ hint }: { readonly hint: 'awayHint' | 'noneHint' | 'closedHint' }) {
  const { t } = useTranslation('desk');
  return (
    <div className="desk-ticket-facts">
      <p className="desk-ticket-none">{t('ticket.none')}</p>
      <p>{t(`ticket.${hint}`)}</p>
    </div>
  );
}

const REFRESH_MS = 1_000;

function TicketFacts({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation('desk');
  const { body } = ticket;
  const now = useNow(REFRESH_MS);
  const waitedMin = Math.max(0, Math.floor(((body.firstCalledAt ?? now) - (body.waitingSince ?? body.issuedAt)) / 60_000));
  return (
    <div className="desk-ticket-facts" data-state={ticket.state}>
      <p className="desk-ticket-state" role="status">
        {t(ticket.state === 'serving' ? 'ticket.serving' : 'ticket.called')}
      </p>
      <p className="desk-ticket-number">{body.number}</p>
      <p className="desk-ticket-item">{body.itemName === '' ? t('ticket.unknownItem') : body.itemName}</p>
      <p className="desk-ticket-marks">
        {body.priority === 'PRIORITY' && <Tag variant="outlined">{t('ticket.priority')}</Tag>}
        <span>{t('ticket.waited', { count: waitedMin })}</span>
        {body.callCount > 0 && <span>{t('ticket.calledTimes', { count: body.callCount })}</span>}
      </p>
      {body.callReason !== undefined && (
        <p className="desk-ticket-why">
          <b>{t('ticket.why')}</b> {body.callReason}
        </p>
      )}
    </div>
  );
}
