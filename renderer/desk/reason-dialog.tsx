import { Alert, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../domain/result.ts';

const MAX_REASON = 200;

interface Props {
  readonly title: string;
  readonly hint: string;
  /** Common reasons, separated by `|`. */
  readonly presets: string;
  readonly danger?: boolean;
  readonly onConfirm: (reason: string) => Promise<Failure | null>;
  readonly onClose: () => void;
}

/** Asks why; a common reason is one click, and may be changed. */
export function ReasonDialog({ title, hint, presets, danger = false, onConfirm, onClose }: Props) {
  const { t } = useTranslation('desk');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const confirm = async () => {
    setBusy(true);
    const failed = await onConfirm(reason.trim());
    setBusy(false);
    setFailure(failed);
    if (failed === null) onClose();
  };
  return (
    <Modal
      open
      getContainer={false}
      title={title}
      okText={title}
      okButtonProps={{ disabled: reason.trim() === '', danger }}
      confirmLoading={busy}
      onOk={() => void confirm()}
      onCancel={onClose}
    >
      <p>{hint}</p>
      <div className="desk-presets">
        {presets.split('|').map((preset) => (
          <Button key={preset} onClick={() => setReason(preset)}>
            {preset}
          </Button>
        ))}
      </div>
      <Input.TextArea
        aria-label={t('reasonLabel')}
        // It may name a person: else Chromium keeps what is typed, in the clear, in its session files.
        autoComplete="off"
        placeholder={t('reasonPlaceholder')}
        autoSize={{ minRows: 2, maxRows: 4 }}
        maxLength={MAX_REASON}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {failure && <Alert className="desk-failure" type="error" showIcon role="alert" title={failure.message} />}
    </Modal>
  );
}
