import { useTranslation } from 'react-i18next';
import type { BoardWindow } from '../../domain/board.ts';
import { Clock, ScreenFrame } from './screen-frame.tsx';
import { findWindow, windowStatus, windowTitle } from './window-status.ts';

/** The bar above one window: the number that is called or served, and who sits there. */
export function WindowScreenPage({ id }: { readonly id: string }) {
  return (
    <ScreenFrame kind="window">
      {(board) => <WindowBar hallName={board.hallName} id={id} window={findWindow(board.windows, id)} />}
    </ScreenFrame>
  );
}

function WindowBar({ hallName, id, window }: { readonly hallName: string; readonly id: string; readonly window: BoardWindow | undefined }) {
  const { t } = useTranslation('screens');
  if (window === undefined) return <p className="screen-message">{t('noWindow', { id })}</p>;
  const status = windowStatus(window);
  return (
    <article className="window-bar" data-status={status}>
      <header className="window-head">
        <h1>
          <b>{t('windowNumber', { number: window.number })}</b> {windowTitle(window)}
        </h1>
        <Clock />
      </header>
      <section className="window-now" aria-live="polite">
        {window.ticketNumber !== undefined && (
          <p key={`${window.ticketNumber}${status}`} className="window-ticket">
            {window.ticketNumber}
          </p>
        )}
        <p className="window-state">{t(`status${status}`)}</p>
        {window.itemName !== undefined && <p className="window-item">{window.itemName}</p>}
      </section>
      <footer className="window-foot">
        <StaffLine window={window} />
        <span>{window.department === windowTitle(window) ? hallName : window.department}</span>
      </footer>
    </article>
  );
}

function StaffLine({ window }: { readonly window: BoardWindow }) {
  const { t } = useTranslation('screens');
  if (window.staffName === undefined) return <span>{t('noStaff')}</span>;
  return <span>{t('staffLine', { name: window.staffName, post: window.staffPost ?? '', number: window.staffNumber ?? '' })}</span>;
}
