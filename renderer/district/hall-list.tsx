import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { HallId } from '../../domain/ids.ts';
import type { HallOverview } from '../../sync/protocol/link.ts';
import { useNow } from '../ui/use-now.ts';
import { FIGURES, figuresOf, heardOf } from './halls-view.ts';

const SECOND_MS = 1_000;

interface Props {
  readonly halls: readonly HallOverview[];
  readonly shown: HallId | null;
  readonly onShow: (hallId: HallId | null) => void;
}

export function HallList({ halls, shown, onShow }: Props) {
  const { t } = useTranslation('district');
  const now = useNow(SECOND_MS);
  return (
    <section className="office-panel office-scroll" aria-label={t('halls')}>
      <h2>{t('halls')}</h2>
      {halls.length === 0 && <p className="office-empty">{t('noHalls')}</p>}
      {halls.length > 0 && (
        <table className="office-table">
          <thead>
            <tr>
              <th scope="col">{t('hall')}</th>
              <th scope="col">{t('heard')}</th>
              <th scope="col" className="is-number">
                {t('waitingNow')}
              </th>
              <th scope="col" className="is-number">
                {t('windowsOpen')}
              </th>
              {FIGURES.map((key) => (
                <th key={key} scope="col" className="is-number">
                  {t(key)}
                </th>
              ))}
              <th scope="col">{t('unsent')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {halls.map((hall) => (
              <HallRow key={hall.hallId} hall={hall} now={now} open={hall.hallId === shown} onShow={onShow} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface RowProps {
  readonly hall: HallOverview;
  readonly now: number;
  readonly open: boolean;
  readonly onShow: (hallId: HallId | null) => void;
}

function HallRow({ hall, now, open, onShow }: RowProps) {
  const { t } = useTranslation('district');
  const { board, outbox } = hall;
  const figures = figuresOf(hall);
  const heard = heardOf(hall, now);
  const unsentMin = outbox?.oldestAt == null ? 0 : Math.max(0, Math.floor((now - outbox.oldestAt) / 60_000));
  return (
    <tr className="district-hall" data-heard={heard.kind} data-open={open}>
      <th scope="row">{hall.hallName === '' ? hall.hallId : hall.hallName}</th>
      <td className={heard.kind === 'FRESH' ? 'office-good' : 'office-bad'}>
        {heard.kind === 'NEVER' && t('heard.NEVER')}
        {heard.kind === 'FRESH' && t('heard.FRESH', { count: heard.seconds })}
        {heard.kind === 'STALE' && t(`heard.${heard.unit}`, { count: heard.count })}
      </td>
      <td className="is-number">{board?.waitingTotal ?? '—'}</td>
      <td className="is-number">
        {board === null ? '—' : `${board.windows.filter((one) => one.state === 'OPEN').length}/${board.windows.length}`}
      </td>
      {FIGURES.map((key) => (
        <td key={key} className={key === 'bad' && figures.bad > 0 ? 'is-number office-bad' : 'is-number'}>
          {figures[key]}
        </td>
      ))}
      <td className={outbox !== null && outbox.count > 0 ? 'office-bad' : ''}>
        {outbox === null && t('unknown')}
        {outbox !== null && (outbox.count === 0 ? t('unsentNone') : t('unsentSome', { count: outbox.count, minutes: unsentMin }))}
        {outbox !== null && outbox.parked > 0 && <div>{t('parked', { count: outbox.parked })}</div>}
      </td>
      <td>
        <Button size="small" aria-expanded={open} onClick={() => onShow(open ? null : hall.hallId)}>
          {t(open ? 'close' : 'open')}
        </Button>
      </td>
    </tr>
  );
}
