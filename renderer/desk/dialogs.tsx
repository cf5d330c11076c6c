import { Modal } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TicketId } from '../../domain/ids.ts';
import { useLink } from '../link/hooks.ts';
import { useDesk } from './desk-context.ts';
import { HoldDialog } from './hold-dialog.tsx';
import { IssueDialog } from './issue-dialog.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { TransferDialog } from './transfer-dialog.tsx';

type Open =
  | { readonly kind: 'pause' | 'issue' | 'hold' | 'transfer' | 'finish' }
  | { readonly kind: 'callTicket' | 'void'; readonly ticketId: TicketId; readonly number: string };

/** The one dialog that is open. */
export interface Dialogs {
  readonly open: Open | null;
  readonly show: (dialog: Open) => void;
  readonly close: () => void;
}

export function useDialogs(): Dialogs {
  const [open, setOpen] = useState<Open | null>(null);
  return useMemo(() => ({ open, show: setOpen, close: () => setOpen(null) }), [open]);
}

export function DeskDialogs({ dialogs }: { readonly dialogs: Dialogs }) {
  const { open, close } = dialogs;
  const ticket = useDesk().state.ticket;
  if (open === null) return null;
  switch (open.kind) {
    case 'issue':
      return <IssueDialog onClose={close} />;
    case 'pause':
      return <PauseDialog onClose={close} />;
    case 'callTicket':
    case 'void':
      return <TicketReasonDialog key={open.kind} kind={open.kind} ticketId={open.ticketId} number={open.number} onClose={close} />;
    case 'hold':
      return ticket && <HoldDialog number={ticket.body.number} onClose={close} />;
    case 'transfer':
      return ticket && <TransferDialog ticket={ticket} onClose={close} />;
    case 'finish':
      return <FinishDialog onClose={close} />;
  }
}

function PauseDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('desk');
  const link = useLink();
  const pause = async (reason: string) => {
    const result = await link.call('window.set', { state: 'PAUSED', reason });
    return result.ok ? null : result.error;
  };
  return <ReasonDialog title={t('pause.title')} hint={t('pause.hint')} presets={t('pause.reasons')} onConfirm={pause} onClose={onClose} />;
}

interface TicketReasonProps {
  readonly kind: 'callTicket' | 'void';
  readonly ticketId: TicketId;
  readonly number: string;
  readonly onClose: () => void;
}

function TicketReasonDialog({ kind, ticketId, number, onClose }: TicketReasonProps) {
  const { t } = useTranslation('desk');
  const { act } = useDesk();
  const confirm = async (reason: string) => {
    const result = await act(`queue.${kind}`, { ticketId, reason });
    return result.ok ? null : result.error;
  };
  return (
    <ReasonDialog
      title={t(`${kind}.title`, { number })}
      hint={t(`${kind}.hint`)}
      presets={t(`${kind}.reasons`)}
      danger={kind === 'void'}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}

function FinishDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('desk');
  const { state, act, busy } = useDesk();
  const count = state.cases.filter((one) => one.state === 'draft').length;
  const finish = async () => {
    await act('queue.finish', {});
    onClose();
  };
  return (
    <Modal
      open
      title={t('finish.title')}
      okText={t('finish.confirm')}
      cancelText={t('back')}
      confirmLoading={busy}
      onOk={() => void finish()}
      onCancel={onClose}
    >
      <p>{t('finish.draft', { count })}</p>
    </Modal>
  );
}
