import { useTranslation } from 'react-i18next';
import type { BoardWindow } from '../../domain/board.ts';

export function Windows({ windows }: { readonly windows: readonly BoardWindow[] }) {
  const { t } = useTranslation('supervisor');
  return (
    <section className="office-panel" aria-label={t('windows')}>
      <h2>{t('windows')}</h2>
      {windows.length === 0 && <p className="office-empty">{t('noWindows')}</p>}
      <ul className="supervisor-windows">
        {windows.map((window) => (
          <li key={window.windowId} data-state={window.state}>
            <p className="supervisor-window-head">
              <b>{t('windowOf', { number: window.number })}</b> <span>{t(`window.${window.state}`)}</span>
            </p>
            <p className="office-soft">{window.name}</p>
            <p>
              {window.staffName === undefined ? t('noStaff') : t('staffOf', { name: window.staffName, number: window.staffNumber ?? '' })}
            </p>
            <p className="supervisor-window-ticket">
              {window.ticketNumber === undefined ? (
                <span className="office-soft">{window.state === 'OPEN' ? t('free') : ''}</span>
              ) : (
                <>
                  <b>{window.ticketNumber}</b> {t(window.ticketState ?? 'called')}
                </>
              )}
            </p>
            <p className="supervisor-window-item">{window.itemName}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
