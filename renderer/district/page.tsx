import { Alert } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HallId } from '../../domain/ids.ts';
import type { HallOverview } from '../../sync/protocol/link.ts';
import { useEvent, useLinkState } from '../link/hooks.ts';
import { DemoBanner } from '../ui/demo-banner.tsx';
import '../ui/office.css';
import { OfficeTheme } from '../ui/office-theme.tsx';
import { clockText, dateText, useTimeZone } from '../ui/time-text.ts';
import { useNow } from '../ui/use-now.ts';
import './district.css';
import { HallDetail } from './hall-detail.tsx';
import { HallList } from './hall-list.tsx';
import { FIGURES, totalOf } from './halls-view.ts';

const SECOND_MS = 1_000;

/** All halls of the district, live, and one of them in detail. */
export function DistrictPage() {
  const { t } = useTranslation('district');
  const halls = useEvent('halls');
  const connection = useLinkState();
  const [shown, setShown] = useState<HallId | null>(null);
  if (connection === 'unauthorized') return <main className="ui-centre">{t('unauthorized')}</main>;
  if (halls === undefined) return <main className="ui-centre">{t('waiting')}</main>;
  return (
    <OfficeTheme>
      <div className="office">
        <DemoBanner />
        <Header halls={halls} />
        {connection === 'down' && <Alert banner type="warning" role="alert" title={t('linkDown')} />}
        <main>
          <HallList halls={halls} shown={shown} onShow={setShown} />
          {shown === null ? <p className="office-empty">{t('choose')}</p> : <HallDetail key={shown} hallId={shown} halls={halls} />}
        </main>
      </div>
    </OfficeTheme>
  );
}

function Header({ halls }: { readonly halls: readonly HallOverview[] }) {
  const { t, i18n } = useTranslation('district');
  const timeZone = useTimeZone();
  const now = useNow(SECOND_MS);
  const total = totalOf(halls);
  return (
    <header className="office-header">
      <h1>{t('title')}</h1>
      <span className="office-soft">{t('total')}</span>
      <dl className="office-figures">
        {FIGURES.map((key) => (
          <div key={key}>
            <dt>{t(key)}</dt>
            <dd className={key === 'bad' && total.bad > 0 ? 'office-bad' : ''}>{total[key]}</dd>
          </div>
        ))}
      </dl>
      <time dateTime={new Date(now).toISOString()}>
        {dateText(now, timeZone, i18n.language)} {clockText(now, timeZone)}
      </time>
    </header>
  );
}
