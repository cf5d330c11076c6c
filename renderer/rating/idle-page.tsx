import { useTranslation } from 'react-i18next';
import { useEvent, useHello } from '../link/hooks.ts';

/** Between two ratings: who serves here (公示). */
export function IdlePage() {
  const { t } = useTranslation('rating');
  const hello = useHello();
  const board = useEvent('board');
  const window = board?.windows.find((one) => one.windowId === hello?.windowId);
  const number = window?.number ?? hello?.windowNumber;
  return (
    <div className="rating-idle">
      <p className="rating-hall">{hello?.hallName}</p>
      <h1>
        {number != null && t('windowOf', { number })} {window?.name}
      </h1>
      {window?.state === 'PAUSED' && <p className="rating-state">{t('paused')}</p>}
      {window?.state === 'CLOSED' && <p className="rating-state">{t('closed')}</p>}
      {window !== undefined && window.staffName === undefined && <p className="rating-nobody">{t('nobody')}</p>}
      {window?.staffName !== undefined && (
        <dl className="rating-card">
          <dt>{t('name')}</dt>
          <dd>{window.staffName}</dd>
          {window.staffNumber !== undefined && <dt>{t('staffNumber')}</dt>}
          {window.staffNumber !== undefined && <dd>{window.staffNumber}</dd>}
          {window.staffPost !== undefined && <dt>{t('post')}</dt>}
          {window.staffPost !== undefined && <dd>{window.staffPost}</dd>}
        </dl>
      )}
      {window?.partyMember === true && <p className="rating-state">{t('partyMember')}</p>}
      <p className="rating-welcome">{t('welcome')}</p>
    </div>
  );
}
