import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { isBadRating, RATING_LEVELS } from '../../domain/rating-level.ts';
import type { HallOverview } from '../../sync/protocol/link.ts';
import { useEvent, useLinkState } from '../link/hooks.ts';
import { DemoBanner } from '../ui/demo-banner.tsx';
import '../ui/office.css';
import { OfficeTheme } from '../ui/office-theme.tsx';
import { StatusLine } from '../ui/status-line.tsx';
import { clockText, dateText, useTimeZone } from '../ui/time-text.ts';
import { useNow } from '../ui/use-now.ts';
import { HelpCalls } from './help-calls.tsx';
import { stationRows } from './overview-view.ts';
import { QueuePanels } from './queue-panels.tsx';
import { Stations } from './stations.tsx';
import './supervisor.css';
import { Windows } from './windows.tsx';

const SECOND_MS = 1_000;

/** The hall as the duty manager sees it, live. */
export function SupervisorPage() {
  const { t } = useTranslation('supervisor');
  const overview = useEvent('overview');
  const connection = useLinkState();
  if (connection === 'unauthorized') return <main className="ui-centre">{t('unauthorized')}</main>;
  if (overview === undefined) return <main className="ui-centre">{t('waiting')}</main>;
  return (
    <OfficeTheme>
      <div className="office">
        <DemoBanner />
        <Header overview={overview} />
        {connection === 'down' && <Alert banner type="warning" role="alert" title={t('linkDown')} />}
        <Hall overview={overview} />
        <footer>
          <StatusLine />
        </footer>
      </div>
    </OfficeTheme>
  );
}

function Header({ overview }: { readonly overview: HallOverview }) {
  const { t, i18n } = useTranslation('supervisor');
  const { today } = overview;
  const timeZone = useTimeZone();
  const now = useNow(SECOND_MS);
  const rated = RATING_LEVELS.reduce((sum, level) => sum + today.ratings[level], 0);
  const bad = RATING_LEVELS.filter(isBadRating).reduce((sum, level) => sum + today.ratings[level], 0);
  const figures = { issued: today.issued, done: today.done, missed: today.missed, cases: today.cases, ratings: rated, bad };
  return (
    <header className="office-header">
      <h1>
        {overview.hallName} {t('title')}
      </h1>
      <dl className="office-figures">
        {(Object.keys(figures) as (keyof typeof figures)[]).map((key) => (
          <div key={key}>
            <dt>{t(`today.${key}`)}</dt>
            <dd className={key === 'bad' && bad > 0 ? 'office-bad' : ''}>{figures[key]}</dd>
          </div>
        ))}
      </dl>
      <time dateTime={new Date(now).toISOString()}>
        {dateText(now, timeZone, i18n.language)} {clockText(now, timeZone)}
      </time>
    </header>
  );
}

function Hall({ overview }: { readonly overview: HallOverview }) {
  const now = useNow(SECOND_MS);
  // The board comes with every call; the overview follows a moment later.
  const board = useEvent('board') ?? overview.board;
  const live = { ...overview, board };
  const stations = stationRows(live, now);
  return (
    <main>
      <HelpCalls stations={stations} />
      <Windows windows={board?.windows ?? []} />
      <QueuePanels overview={live} now={now} />
      <Stations rows={stations} outbox={overview.outbox} now={now} />
    </main>
  );
}
