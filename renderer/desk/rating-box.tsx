import { useTranslation } from 'react-i18next';
import { clockText, useTimeZone } from '../ui/time-text.ts';
import { useNow } from '../ui/use-now.ts';
import { useDesk } from './desk-context.ts';

const SECOND_MS = 1_000;

/** Whether the last person rated, never how: the level is not the clerk's to see. */
export function RatingBox() {
  const { t } = useTranslation('desk');
  const { rating, lastRating } = useDesk().state;
  const now = useNow(SECOND_MS);
  const timeZone = useTimeZone();
  if (rating !== null) {
    const left = Math.max(0, Math.ceil((rating.expiresAt - now) / SECOND_MS));
    return (
      <p className="desk-rating" data-outcome="ASKING">
        <span role="status">{t('rating.asking', { number: rating.ticketNumber })}</span> <span>{t('rating.left', { count: left })}</span>
      </p>
    );
  }
  if (lastRating === null) return null;
  return (
    <p className="desk-rating" role="status" data-outcome={lastRating.outcome}>
      {t('rating.last')} <b>{t(lastRating.outcome === 'RATED' ? 'rating.done' : 'rating.none')}</b> {clockText(lastRating.at, timeZone)}
    </p>
  );
}
