import { Alert, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../domain/documents.ts';
import type { WindowId } from '../../domain/ids.ts';
import { useEvent, useHello } from '../link/hooks.ts';
import { useDesk } from './desk-context.ts';

type Target = { readonly toWindowId: WindowId } | { readonly toSeries: string };

/** To one window, or to another series; the time of issue stays. */
export function TransferDialog({ ticket, onClose }: { readonly ticket: Ticket; readonly onClose: () => void }) {
  const { t } = useTranslation('desk');
  const { act, busy, failure } = useDesk();
  const ownWindow = useHello()?.windowId;
  const board = useEvent('board');
  const [target, setTarget] = useState<Target | null>(null);
  const windows = (board?.windows ?? []).filter((one) => one.windowId !== ownWindow);
  const series = (board?.waiting ?? []).filter((one) => one.series !== ticket.body.series);
  const transfer = async () => {
    if (target !== null && (await act('queue.transfer', target)).ok) onClose();
  };
  return (
    <Modal
      open
      getContainer={false}
      title={t('transfer.title', { number: ticket.body.number })}
      okText={t('transfer.confirm')}
      okButtonProps={{ disabled: target === null }}
      confirmLoading={busy}
      onOk={() => void transfer()}
      onCancel={onClose}
    >
      <p>{t('transfer.hint')}</p>
      <div className="desk-form-rows">
        <label htmlFor="transfer-window">{t('transfer.window')}</label>
        <Select
          id="transfer-window"
          placeholder={t('transfer.choose')}
          value={target !== null && 'toWindowId' in target ? target.toWindowId : null}
          options={windows.map((one) => ({
            value: one.windowId,
            label: `${t('windowOf', { number: one.number })} ${one.name}（${t(`window.${one.state}`)}）`,
          }))}
          onChange={(toWindowId: WindowId) => setTarget({ toWindowId })}
        />
        <label htmlFor="transfer-series">{t('transfer.series')}</label>
        <Select
          id="transfer-series"
          placeholder={t('transfer.choose')}
          value={target !== null && 'toSeries' in target ? target.toSeries : null}
          options={series.map((one) => ({
            value: one.series,
            label: `${one.series} ${one.name}（${t('waitingTotal', { count: one.waiting })}）`,
          }))}
          onChange={(toSeries: string) => setTarget({ toSeries })}
        />
      </div>
      {failure && <Alert className="desk-failure" type="error" showIcon role="alert" title={failure.message} />}
    </Modal>
  );
}
