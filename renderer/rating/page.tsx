import { useEffect, useReducer } from 'react';
import { useTranslation } from 'react-i18next';
import { RATING_LEVELS, type RatingLevel } from '../../domain/rating-level.ts';
import type { RatingPrompt } from '../../sync/protocol/link.ts';
import { useEvent, useHello, useLink, useLinkState } from '../link/hooks.ts';
import { DemoBanner } from '../ui/demo-banner.tsx';
import { useNow } from '../ui/use-now.ts';
import { Face } from './face.tsx';
import { IdlePage } from './idle-page.tsx';
import './rating.css';
import { IDLE, type RatingView, ratingReducer, secondsLeft } from './rating-flow.ts';

const TICK_MS = 500;

/** The screen that the citizen faces. Nothing on it is chosen, coloured or sized in favour of a level. */
export function RatingPage() {
  const { t } = useTranslation('rating');
  const { view, rate } = useRating();
  const connection = useLinkState();
  return (
    <div className="rating">
      <DemoBanner />
      <main>
        {connection === 'unauthorized' ? <p className="rating-away">{t('unauthorized')}</p> : <Shown view={view} rate={rate} />}
        {connection === 'down' && (
          <p className="rating-away" role="status">
            {t('offline')}
          </p>
        )}
      </main>
    </div>
  );
}

type Rate = (prompt: RatingPrompt, level: RatingLevel) => void;

function useRating(): { readonly view: RatingView; readonly rate: Rate } {
  const link = useLink();
  const prompt = useEvent('rating');
  const now = useNow(TICK_MS);
  const [view, dispatch] = useReducer(ratingReducer, IDLE);
  useEffect(() => {
    if (prompt !== undefined) dispatch({ type: 'prompt', prompt, now: Date.now() });
  }, [prompt]);
  useEffect(() => link.on('rated', ({ sessionId }) => dispatch({ type: 'rated', sessionId, now: Date.now() })), [link]);
  useEffect(() => dispatch({ type: 'tick', now }), [now]);
  const send: (...rated: Parameters<Rate>) => Promise<void> = async ({ sessionId }, level) => {
    dispatch({ type: 'tapped', level });
    const result = await link.call('rating.submit', { sessionId, level });
    dispatch(result.ok ? { type: 'accepted', now: Date.now() } : { type: 'refused', failure: result.error, now: Date.now() });
  };
  return { view, rate: (asked, level) => void send(asked, level) };
}

function Shown({ view, rate }: { readonly view: RatingView; readonly rate: Rate }) {
  const { t } = useTranslation('rating');
  switch (view.at) {
    case 'idle':
      return <IdlePage />;
    case 'ended':
      return (
        <div className="rating-thanks" role="status">
          <h1>{t(view.rated ? 'thanks' : 'over')}</h1>
        </div>
      );
    case 'asking':
      return <Ask prompt={view.prompt} failure={view.failure?.message ?? null} onTap={(level) => rate(view.prompt, level)} />;
    case 'sending':
      return <Ask prompt={view.prompt} failure={null} onTap={null} />;
  }
}

interface AskProps {
  readonly prompt: RatingPrompt;
  readonly failure: string | null;
  /** null: a tap is on its way. */
  readonly onTap: ((level: RatingLevel) => void) | null;
}

function Ask({ prompt, failure, onTap }: AskProps) {
  const { t } = useTranslation('rating');
  const hallName = useHello()?.hallName;
  const now = useNow(TICK_MS);
  return (
    <div className="rating-ask">
      <header>
        <p className="rating-hall">{hallName}</p>
        <h1>{t('ask')}</h1>
        <p>{t('free')}</p>
      </header>
      <dl className="rating-facts">
        <Fact label={t('ticket')} value={prompt.ticketNumber} />
        <Fact label={t('window')} value={prompt.windowName} />
        <Fact label={t('staff')} value={`${prompt.staffName}（${t('staffNumber')} ${prompt.staffNumber}）`} />
        <Fact label={t('item')} value={prompt.itemName} />
      </dl>
      <ul className="rating-levels">
        {RATING_LEVELS.map((level) => (
          <li key={level}>
            <button type="button" disabled={onTap === null} onClick={() => onTap?.(level)}>
              <Face level={level} />
              {t(level)}
            </button>
          </li>
        ))}
      </ul>
      {failure !== null && (
        <p className="rating-failure" role="alert">
          {t('failed')}
          {failure}
          {t('tryAgain')}
        </p>
      )}
      <p className="rating-left">{onTap === null ? t('sending') : t('left', { count: secondsLeft(prompt, now) })}</p>
    </div>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: string }) {
  return value === '' ? null : (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
