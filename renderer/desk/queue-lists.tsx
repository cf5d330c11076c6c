import { Button, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WindowId } from '../../domain/ids.ts';
import { useEvent, useHello } from '../link/hooks.ts';
import { useNow } from '../ui/use-now.ts';
import { useDesk } from './desk-context.ts';
import type { Dialogs } from './dialogs.tsx';
import { QUEUE_LISTS, type QueueList, type QueueRow, queueRows } from './queue-view.ts';

const REFRESH_MS = 10_000;

export function QueueLists({ dialogs }: { readonly dialogs: Dialogs }) {
  const { t } = useTranslation('desk');
  const { state } = useDesk();
  const [shown, setShown] = useState<QueueList>('waiting');
  const now = useNow(REFRESH_MS);
  const rows = queueRows(state, shown, now);
  return (
    <section className="desk-panel desk-queue" aria-label={t('list.title')}>
      <div className="desk-queue-tabs" role="tablist" aria-label={t('list.title')}>
        {QUEUE_LISTS.map((list) => (
          <button
            key={list}
            type="button"
            role="tab"
            id={`queue-tab-${list}`}
            aria-selected={list === shown}
            aria-controls="queue-panel"
            onClick={() => setShown(list)}
          >
            {t(`list.${list}`)}
            <b data-alarm={state[list].length > 0 && (list === 'clashes' || list === 'unconfirmed')}>{state[list].length}</b>
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard, also when all its buttons are off */}
      <div className="desk-queue-panel" role="tabpanel" id="queue-panel" aria-labelledby={`queue-tab-${shown}`} tabIndex={0}>
        <Rows list={shown} rows={rows} dialogs={dialogs} />
      </div>
    </section>
  );
}

function Rows({ list, rows, dialogs }: { readonly list: QueueList; readonly rows: readonly QueueRow[]; readonly dialogs: Dialogs }) {
  const { t } = useTranslation('desk');
  if (rows.length === 0) return <p className="desk-queue-empty">{t(`empty.${list}`)}</p>;
  return (
    <ul className="desk-queue-rows">
      {rows.map((row) => (
        <li key={row.ticketId}>
          <div className="desk-queue-row">
            <b className="desk-queue-number">{row.number}</b>
            <span className="desk-queue-item" title={row.itemName}>
              {row.itemName}
            </span>
            <RowMarks list={list} row={row} />
          </div>
          <RowButtons list={list} row={row} dialogs={dialogs} />
        </li>
      ))}
    </ul>
  );
}

function RowMarks({ list, row }: { readonly list: QueueList; readonly row: QueueRow }) {
  const { t } = useTranslation('desk');
  const windowName = useWindowName();
  if (list === 'clashes') {
    const windows = row.clashWindowIds.map(windowName).join(t('listJoin'));
    return <span className="desk-queue-clash">{row.clashWindowIds.length > 1 ? t('row.clash', { windows }) : t('row.clashOne')}</span>;
  }
  return (
    <span className="desk-queue-marks">
      {t(`row.${list === 'waiting' ? 'waited' : list}`, { count: row.minutes })}
      {row.holdKind !== null && <Tag variant="outlined">{t(`hold.${row.holdKind}`)}</Tag>}
      {row.priority && <Tag variant="outlined">{t('ticket.priority')}</Tag>}
      {list === 'waiting' && row.forWindowId !== null && (
        <Tag variant="outlined">{t('row.forWindow', { window: windowName(row.forWindowId) })}</Tag>
      )}
      {list === 'missed' && row.missedCount > 1 && <Tag variant="outlined">{t('row.missedTimes', { count: row.missedCount })}</Tag>}
    </span>
  );
}

function useWindowName(): (windowId: WindowId) => string {
  const { t } = useTranslation('desk');
  const own = useHello()?.windowId;
  const board = useEvent('board');
  return (windowId) => {
    if (windowId === own) return t('thisWindow');
    const number = board?.windows.find((one) => one.windowId === windowId)?.number;
    return number === undefined ? t('otherWindow') : t('windowOf', { number });
  };
}

function RowButtons({ list, row, dialogs }: { readonly list: QueueList; readonly row: QueueRow; readonly dialogs: Dialogs }) {
  const { t } = useTranslation('desk');
  const { state, act, busy } = useDesk();
  const { ticketId, number } = row;
  const hubAway = useEvent('status')?.hub === 'offline';
  const windowFree = state.ticket === null && state.window === 'OPEN' && !hubAway;
  const callButton = (
    <Button size="small" disabled={!windowFree || busy} onClick={() => dialogs.show({ kind: 'callTicket', ticketId, number })}>
      {t('row.callTicket')}
    </Button>
  );
  switch (list) {
    case 'waiting':
      return <div className="desk-queue-buttons">{callButton}</div>;
    case 'held':
      return (
        <div className="desk-queue-buttons">
          <Button size="small" disabled={state.ticket !== null || busy} onClick={() => void act('queue.resume', { ticketId })}>
            {t('row.resume')}
          </Button>
        </div>
      );
    case 'missed':
      return (
        <div className="desk-queue-buttons">
          <Button size="small" disabled={busy} onClick={() => void act('queue.rejoin', { ticketId })}>
            {t('row.rejoin')}
          </Button>
          {callButton}
        </div>
      );
    case 'unconfirmed':
      return (
        <div className="desk-queue-buttons">
          <Button size="small" disabled={busy} onClick={() => void act('queue.confirmPaper', { ticketId })}>
            {t('row.confirmPaper')}
          </Button>
          <Button size="small" disabled={busy} onClick={() => dialogs.show({ kind: 'void', ticketId, number })}>
            {t('row.void')}
          </Button>
        </div>
      );
    case 'clashes':
      return null;
  }
}
