import { Alert } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HallId } from '../../domain/ids.ts';
import { isBadRating } from '../../domain/rating-level.ts';
import type { Failure } from '../../domain/result.ts';
import type { DistrictHallDetail, HallOverview } from '../../sync/protocol/link.ts';
import { useLink } from '../link/hooks.ts';
import { clockText, useTimeZone } from '../ui/time-text.ts';

interface Props {
  readonly hallId: HallId;
  /** Each push of the halls means that something may have changed here too. */
  readonly halls: readonly HallOverview[];
}

export function HallDetail({ hallId, halls }: Props) {
  const { t } = useTranslation('district');
  const { detail, failure } = useDetail(hallId, halls);
  return (
    <section className="district-detail" aria-label={detail?.overview.hallName ?? t('loading')}>
      {failure && <Alert type="error" showIcon role="alert" title={failure.message} />}
      {detail === null && failure === null && <p role="status">{t('loading')}</p>}
      {detail !== null && (
        <>
          <h2>{detail.overview.hallName}</h2>
          {!detail.overview.online && <Alert type="warning" showIcon role="alert" title={t('stale')} />}
          <div className="district-tables">
            <Cases rows={detail.cases} />
            <Ratings rows={detail.ratings} />
            <Tickets rows={detail.tickets} />
          </div>
        </>
      )}
    </section>
  );
}

/** Asks again after each push, but never while an answer is awaited. */
function useDetail(hallId: HallId, halls: readonly HallOverview[]) {
  const link = useLink();
  const [detail, setDetail] = useState<DistrictHallDetail | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [answered, setAnswered] = useState<readonly HallOverview[] | null>(null);
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    if (asking || answered === halls) return;
    setAsking(true);
    const ask = async () => {
      const result = await link.call('district.hall', { hallId });
      if (result.ok) setDetail(result.value);
      setFailure(result.ok ? null : result.error);
      setAnswered(halls);
      setAsking(false);
    };
    void ask();
  }, [link, hallId, halls, answered, asking]);
  return { detail, failure };
}

function Table({ title, heads, rows }: { readonly title: string; readonly heads: readonly string[]; readonly rows: readonly ReactNode[] }) {
  const { t } = useTranslation('district');
  return (
    <section className="office-panel office-scroll" aria-label={title}>
      <h2>
        {title} <small className="office-soft">{rows.length}</small>
      </h2>
      {rows.length === 0 ? (
        <p className="office-empty">{t('none')}</p>
      ) : (
        <table className="office-table">
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{rows}</tbody>
        </table>
      )}
    </section>
  );
}

function Cases({ rows }: { readonly rows: DistrictHallDetail['cases'] }) {
  const { t } = useTranslation('district');
  const timeZone = useTimeZone();
  const heads = [t('caseNumber'), t('item'), t('applicant'), t('state'), t('receivedAt'), t('ticketNumber')];
  return (
    <Table
      title={t('casesToday')}
      heads={heads}
      rows={rows.map((row) => (
        <tr key={row.caseId}>
          <td>{row.caseNumber}</td>
          <td>{row.itemName ?? '—'}</td>
          <td>{row.applicantMasked ?? '—'}</td>
          <td>{t(`case.${row.state}`)}</td>
          <td>{row.receivedAt === null ? '—' : clockText(row.receivedAt, timeZone)}</td>
          <td>{row.ticketNumber ?? '—'}</td>
        </tr>
      ))}
    />
  );
}

function Ratings({ rows }: { readonly rows: DistrictHallDetail['ratings'] }) {
  const { t } = useTranslation('district');
  const timeZone = useTimeZone();
  return (
    <Table
      title={t('ratingsToday')}
      heads={[t('ratedAt'), t('ticketNumber'), t('item'), t('level')]}
      rows={rows.map((row) => (
        <tr key={row.ratingId}>
          <td>{clockText(row.ratedAt, timeZone)}</td>
          <td>{row.ticketNumber}</td>
          <td>{row.itemName ?? '—'}</td>
          <td className={isBadRating(row.level) ? 'office-bad' : ''}>{t(row.level)}</td>
        </tr>
      ))}
    />
  );
}

function Tickets({ rows }: { readonly rows: DistrictHallDetail['tickets'] }) {
  const { t } = useTranslation('district');
  const timeZone = useTimeZone();
  return (
    <Table
      title={t('ticketsToday')}
      heads={[t('ticketNumber'), t('item'), t('state'), t('issuedAt')]}
      rows={rows.map((row) => (
        <tr key={row.number}>
          <td>{row.number}</td>
          <td>{row.itemName}</td>
          <td>{t(`ticket.${row.state}`)}</td>
          <td>{clockText(row.issuedAt, timeZone)}</td>
        </tr>
      ))}
    />
  );
}
