import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StationId } from '../../domain/ids.ts';
import type { Failure } from '../../domain/result.ts';
import { useLink } from '../link/hooks.ts';
import { helpCalls, type StationRow } from './overview-view.ts';
import { useStationName } from './stations.tsx';

/** People at the stations who pressed 呼叫工作人员 and whom nobody has answered yet. */
export function HelpCalls({ stations }: { readonly stations: readonly StationRow[] }) {
  const { t } = useTranslation('supervisor');
  const link = useLink();
  const nameOf = useStationName();
  const [failure, setFailure] = useState<Failure | null>(null);
  const calls = helpCalls(stations);
  const clear = async (stationId: StationId) => {
    const result = await link.call('help.clear', { stationId });
    setFailure(result.ok ? null : result.error);
  };
  return (
    <>
      {calls.length > 0 && (
        <section className="supervisor-help" role="alert" aria-label={t('help')}>
          <h2>{t('help')}</h2>
          <ul>
            {calls.map((row) => (
              <li key={row.stationId}>
                <b>
                  {row.helpMin === 0 ? t('helpNow', { station: nameOf(row) }) : t('helpFor', { station: nameOf(row), count: row.helpMin })}
                </b>
                <Button onClick={() => void clear(row.stationId)}>{t('helpDone')}</Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {failure && <Alert type="error" showIcon role="alert" title={failure.message} />}
    </>
  );
}
