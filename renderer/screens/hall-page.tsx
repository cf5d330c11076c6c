import { useTranslation } from 'react-i18next';
import type { Board, BoardCall, BoardWindow } from '../../domain/board.ts';
import { Clock, ScreenFrame } from './screen-frame.tsx';
import { usePage } from './use-page.ts';
import { useVoice } from './use-voice.ts';
import { windowStatus, windowTitle } from './window-status.ts';

const WINDOWS_PER_PAGE = 8;
const OLDER_CALLS = 4;

/** The big screen of the waiting area: who is called where, what every window does, how many wait. It also speaks. */
export function HallScreenPage() {
  return <ScreenFrame kind="hall">{(board) => <Hall board={board} />}</ScreenFrame>;
}

function Hall({ board }: { readonly board: Board }) {
  const { t } = useTranslation('screens');
  const voice = useVoice(board);
  return (
    <>
      <header className="hall-head">
        <h1>{board.hallName}</h1>
        <span className="hall-waiting">{board.open ? t('waiting', { count: board.waitingTotal }) : t('closed')}</span>
        <Clock />
      </header>
      <div className="hall-body">
        <Calls calls={board.calls} next={board.next} />
        <WindowTable windows={board.windows} />
      </div>
      <footer className="hall-foot">
        <p className="hall-series">
          {board.waiting.map((series) => (
            <span key={series.series}>{t('seriesWaiting', { name: series.name, series: series.series, count: series.waiting })}</span>
          ))}
        </p>
        <Notice notices={board.notices} />
        {voice.caption !== null && <p className="hall-caption">{voice.caption}</p>}
        {voice.needsGesture && (
          <button type="button" className="hall-sound" onClick={voice.unlock}>
            {t('unlockSound')}
          </button>
        )}
      </footer>
    </>
  );
}

function Calls({ calls, next }: { readonly calls: readonly BoardCall[]; readonly next: readonly string[] }) {
  const { t } = useTranslation('screens');
  const [newest, ...older] = calls;
  return (
    <section className="hall-calls" aria-label={t('nowCalling')}>
      {newest === undefined ? (
        <p className="hall-no-calls">{t('noCalls')}</p>
      ) : (
        <div key={newest.callSeq} className="hall-newest">
          <p className="hall-newest-ticket">
            <small>{t('please')}</small>
            <b>{newest.ticketNumber}</b>
          </p>
          <p className="hall-newest-window">
            <small>{t('to')}</small>
            <b>{t('windowNumber', { number: newest.windowNumber })}</b>
            {newest.recall && <em>{t('recall')}</em>}
          </p>
        </div>
      )}
      <ol className="hall-older">
        {older.slice(0, OLDER_CALLS).map((call) => (
          <li key={call.callSeq}>
            <b>{call.ticketNumber}</b> <span>{t('windowNumber', { number: call.windowNumber })}</span>
          </li>
        ))}
      </ol>
      {next.length > 0 && (
        <p className="hall-next">
          <span>{t('next')}</span>
          {next.slice(0, 4).map((number) => (
            <b key={number}>{number}</b>
          ))}
        </p>
      )}
    </section>
  );
}

function WindowTable({ windows }: { readonly windows: readonly BoardWindow[] }) {
  const { t } = useTranslation('screens');
  const { rows, index, count } = usePage(windows, WINDOWS_PER_PAGE);
  return (
    <section className="hall-windows">
      <table>
        <thead>
          <tr>
            <th>{t('columnWindow')}</th>
            <th>{t('columnDepartment')}</th>
            <th>{t('columnTicket')}</th>
            <th>{t('columnState')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((window) => (
            <tr key={window.windowId} data-status={windowStatus(window)}>
              <td className="hall-window-number">{window.number}</td>
              <td className="hall-window-name">{windowTitle(window)}</td>
              <td className="hall-window-ticket">{window.ticketNumber ?? '—'}</td>
              <td className="hall-window-state">{t(`status${windowStatus(window)}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {count > 1 && <p className="hall-page">{t('page', { page: index + 1, pages: count })}</p>}
    </section>
  );
}

function Notice({ notices }: { readonly notices: readonly string[] }) {
  const { t } = useTranslation('screens');
  const { rows } = usePage(notices, 1);
  return rows[0] === undefined ? null : <p className="hall-notice">{t('notice', { text: rows[0] })}</p>;
}
