import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Board } from '../../domain/board.ts';
import type { LinkState } from '../link/client.ts';
import { useEvent, useHello, useLinkState } from '../link/hooks.ts';
import { DemoBanner } from '../ui/demo-banner.tsx';
import { useNow } from '../ui/use-now.ts';
import './screens.css';

const DEFAULT_TIME_ZONE = 'Asia/Shanghai';
const CLOCK_TICK_MS = 1_000;

/** What a public screen must say when it cannot be sure that it shows everything; null when it can. */
export function staleNotice(link: LinkState, board: Board): 'hubAway' | 'linkDown' | null {
  if (link !== 'up') return 'linkDown';
  return board.hubAway ? 'hubAway' : null;
}

/** Waits for the first board, then keeps the last one on the screen whatever happens to the network, and says so. */
export function ScreenFrame({
  kind,
  children,
}: {
  readonly kind: 'window' | 'hall' | 'staff';
  readonly children: (board: Board) => ReactNode;
}) {
  const { t } = useTranslation('screens');
  const board = useEvent('board');
  const link = useLinkState();
  if (link === 'unauthorized') return <main className="screen screen-message">{t('unauthorized')}</main>;
  if (board === undefined) return <main className="screen screen-message">{t('noBoard')}</main>;
  const stale = staleNotice(link, board);
  return (
    <main className={`screen screen-${kind}`}>
      <DemoBanner />
      {stale !== null && (
        <p className="screen-stale" role="status">
          {t(stale)}
        </p>
      )}
      {children(board)}
    </main>
  );
}

/** Date, weekday and time in the hall's time zone, whatever the PC is set to. */
export function Clock() {
  const timeZone = useHello()?.policy?.timeZone ?? DEFAULT_TIME_ZONE;
  const now = useNow(CLOCK_TICK_MS);
  const date = new Intl.DateTimeFormat('zh-CN', { timeZone, year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' });
  const time = new Intl.DateTimeFormat('zh-CN', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return (
    <div className="screen-clock">
      <time className="screen-time">{time.format(now)}</time>
      <span>{date.format(now)}</span>
    </div>
  );
}
