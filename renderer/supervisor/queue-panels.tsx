import { useTranslation } from 'react-i18next';
import type { HallOverview } from '../../sync/protocol/link.ts';
import { seriesRows, unconfirmedRows } from './overview-view.ts';

interface Props {
  readonly overview: HallOverview;
  readonly now: number;
}

export function QueuePanels({ overview, now }: Props) {
  return (
    <div className="supervisor-queue">
      <Waiting overview={overview} now={now} />
      <Unconfirmed overview={overview} now={now} />
    </div>
  );
}

function Waiting({ overview, now }: Props) {
  const { t } = useTranslation('supervisor');
  const { board } = overview;
  return (
    <section className="office-panel" aria-label={t('queue')}>
      <h2>{t('queue')}</h2>
      <table className="office-table">
        <thead>
          <tr>
            <th scope="col">{t('series')}</th>
            <th scope="col" className="is-number">
              {t('count')}
            </th>
            <th scope="col" className="is-number">
              {t('oldest')}
            </th>
          </tr>
        </thead>
        <tbody>
          {seriesRows(overview, now).map((row) => (
            <tr key={row.series}>
              <td>
                {row.series} {row.name}
              </td>
              <td className="is-number">{row.waiting}</td>
              <td className="is-number">
                {row.oldestMin !== null && t('minutes', { count: row.oldestMin })}
                {row.oldestMin === null && (row.waiting === 0 ? '—' : t('unknown'))}
              </td>
            </tr>
          ))}
          <tr>
            <td>{t('total')}</td>
            <td className="is-number">
              <b>{board?.waitingTotal ?? 0}</b>
            </td>
            <td />
          </tr>
        </tbody>
      </table>
      {board !== null && board.next.length > 0 && (
        <p className="supervisor-next">
          {t('next')} {board.next.join(t('listJoin'))}
        </p>
      )}
    </section>
  );
}

function Unconfirmed({ overview, now }: Props) {
  const { t } = useTranslation('supervisor');
  const rows = unconfirmedRows(overview, now);
  if (rows === null) return null;
  return (
    <section className="office-panel" aria-label={t('unconfirmed')}>
      <h2>{t('unconfirmed')}</h2>
      <p className="office-soft">{rows.length === 0 ? t('unconfirmedNone') : t('unconfirmedWhat')}</p>
      {rows.length > 0 && (
        <table className="office-table">
          <thead>
            <tr>
              <th scope="col">{t('number')}</th>
              <th scope="col">{t('item')}</th>
              <th scope="col" className="is-number">
                {t('since')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.ticketId}>
                <td>
                  <b>{row.number}</b>
                </td>
                <td>{row.itemName}</td>
                <td className="is-number">{t('minutes', { count: row.minutes })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
