import { Alert, Button, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ItemBody } from '../../domain/documents.ts';
import type { IssuedTicket } from '../../sync/protocol/link.ts';
import { useDesk } from './desk-context.ts';
import { ItemPicker } from './item-picker.tsx';

/** A number for a person who has none, e.g. where there is no kiosk. */
export function IssueDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('desk');
  const { act, busy } = useDesk();
  const [item, setItem] = useState<ItemBody | null>(null);
  const [priority, setPriority] = useState<'NORMAL' | 'PRIORITY'>('NORMAL');
  const [issued, setIssued] = useState<IssuedTicket | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const issue = async () => {
    if (item === null) return;
    const result = await act('queue.issue', { itemId: item.itemId, priority });
    if (result.ok) setIssued(result.value);
    setFailure(result.ok ? null : result.error.message);
  };
  const again = () => {
    setIssued(null);
    setItem(null);
    setPriority('NORMAL');
  };
  const footer =
    issued === null
      ? [
          <Button key="back" onClick={onClose}>
            {t('back')}
          </Button>,
          <Button key="issue" type="primary" disabled={item === null} loading={busy} onClick={() => void issue()}>
            {t('issue.submit')}
          </Button>,
        ]
      : [
          <Button key="again" onClick={again}>
            {t('issue.another')}
          </Button>,
          <Button key="close" type="primary" onClick={onClose}>
            {t('issue.close')}
          </Button>,
        ];
  return (
    <Modal open getContainer={false} title={t('issue.title')} onCancel={onClose} footer={footer}>
      {issued !== null ? (
        <Issued issued={issued} />
      ) : (
        <div className="desk-form-rows">
          <label htmlFor="issue-item">{t('issue.item')}</label>
          <ItemPicker id="issue-item" itemId={item?.itemId ?? null} itemName={item?.name ?? null} onChoose={setItem} />
          <span>{t('issue.priority')}</span>
          <Radio.Group
            aria-label={t('issue.priority')}
            value={priority}
            onChange={(event) => setPriority(event.target.value)}
            options={(['NORMAL', 'PRIORITY'] as const).map((value) => ({ value, label: t(`issue.${value}`) }))}
          />
          <p>{t('issue.priorityHint')}</p>
        </div>
      )}
      {failure && <Alert className="desk-failure" type="error" showIcon role="alert" title={failure} />}
    </Modal>
  );
}

function Issued({ issued }: { readonly issued: IssuedTicket }) {
  const { t } = useTranslation('desk');
  const print = issued.print === 'failed' ? t('issue.failed', { reason: issued.printError?.message ?? '' }) : t(`issue.${issued.print}`);
  return (
    <div className="desk-issued">
      <p className="desk-issued-number">{t('issue.done', { number: issued.number })}</p>
      <p>{issued.itemName}</p>
      <p>
        {issued.ahead !== null && t('issue.ahead', { count: issued.ahead })}{' '}
        {issued.waitRange === null
          ? t('issue.waitUnknown')
          : t('issue.wait', { from: issued.waitRange.fromMin, to: issued.waitRange.toMin })}
      </p>
      <Alert type={issued.print === 'printed' ? 'success' : 'warning'} showIcon title={print} />
    </div>
  );
}
