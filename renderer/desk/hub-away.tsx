import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEvent } from '../link/hooks.ts';
import { useDesk } from './desk-context.ts';

/** With the hub away nobody can say who is next; the person shows the paper and the clerk goes on with its number. */
export function HubAway() {
  const { t } = useTranslation('desk');
  const { state, act, busy } = useDesk();
  const away = useEvent('status')?.hub === 'offline';
  const [number, setNumber] = useState('');
  if (!away) return null;
  const take = async () => {
    const result = await act('queue.take', { number: number.trim().toUpperCase() });
    if (result.ok) setNumber('');
  };
  const entry = (
    <form
      className="desk-away-entry"
      onSubmit={(event) => {
        event.preventDefault();
        void take();
      }}
    >
      <Input
        aria-label={t('away.number')}
        placeholder={t('away.placeholder')}
        value={number}
        maxLength={12}
        disabled={state.ticket !== null}
        onChange={(event) => setNumber(event.target.value)}
      />
      <Button type="primary" htmlType="submit" disabled={number.trim() === '' || state.ticket !== null || busy}>
        {t('away.take')}
      </Button>
    </form>
  );
  return <Alert className="desk-away" banner type="warning" role="alert" title={t('away.title')} action={entry} />;
}
