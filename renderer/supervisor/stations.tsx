import { useTranslation } from 'react-i18next';
import type { HallOverview } from '../../sync/protocol/link.ts';
import { deviceText } from '../ui/device-text.ts';
import type { StationRow } from './overview-view.ts';

/** 3 号窗口（desk-3） / 取号机（kiosk-1） */
export function useStationName(): (row: StationRow) => string {
  const { t } = useTranslation('supervisor');
  return ({ stationId, role, windowNumber }) =>
    `${windowNumber === null ? t(`role.${role}`) : t('windowOf', { number: windowNumber })}（${stationId}）`;
}

interface Props {
  readonly rows: readonly StationRow[];
  /** The hub's own, towards the district. */
  readonly outbox: HallOverview['outbox'];
  readonly now: number;
}

export function Stations({ rows, outbox, now }: Props) {
  const { t } = useTranslation('supervisor');
  const nameOf = useStationName();
  const hubMinutes = outbox?.oldestAt == null ? 0 : Math.max(0, Math.floor((now - outbox.oldestAt) / 60_000));
  return (
    <section className="office-panel" aria-label={t('stations')}>
      <h2>{t('stations')}</h2>
      {rows.length === 0 && <p className="office-empty">{t('noStations')}</p>}
      {rows.length > 0 && (
        <table className="office-table">
          <thead>
            <tr>
              <th scope="col">{t('station')}</th>
              <th scope="col">{t('state')}</th>
              <th scope="col">{t('devices')}</th>
              <th scope="col">{t('unsent')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.stationId}>
                <td>{nameOf(row)}</td>
                <td className={row.online ? 'office-good' : 'office-bad'}>{t(row.online ? 'online' : 'offline')}</td>
                <td>
                  <Devices row={row} />
                </td>
                <td className={row.unsent > 0 || row.parked > 0 ? 'office-bad' : ''}>
                  {row.unsent === 0 ? t('unsentNone') : t('unsentSome', { count: row.unsent, minutes: row.unsentMin ?? 0 })}
                  {row.parked > 0 && <div>{t('parked', { count: row.parked })}</div>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {outbox !== null && (
        <p className="supervisor-next">
          {t('hubOutbox')} {outbox.count === 0 ? t('unsentNone') : t('unsentSome', { count: outbox.count, minutes: hubMinutes })}
        </p>
      )}
    </section>
  );
}

function Devices({ row }: { readonly row: StationRow }) {
  const { t } = useTranslation('supervisor');
  if (row.badDevices.length + row.goodDevices.length === 0) return <span className="office-soft">{t('devicesNone')}</span>;
  return (
    <ul className="supervisor-devices">
      {[...row.badDevices, ...row.goodDevices].map((device) => (
        <li key={device.device} className={device.ok ? 'office-soft' : 'office-bad'}>
          {deviceText(device)}
        </li>
      ))}
    </ul>
  );
}
