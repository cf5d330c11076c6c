import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeskCase } from '../../sync/protocol/link.ts';
import { clockText, useTimeZone } from '../ui/time-text.ts';
import { type CaseDraft, isApplicantComplete, isSettled } from './case-draft.ts';
import { isEditable, missingRequired, receiveBlockers } from './case-rules.ts';
import { useDesk } from './desk-context.ts';
import type { DraftKeeper } from './draft-keeper.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { ReceiptLine, useReceipt } from './receipt.tsx';
import { SupplementDialog } from './supplement-dialog.tsx';

interface Props {
  readonly existing: DeskCase | null;
  readonly draft: CaseDraft;
  readonly keeper: DraftKeeper;
}

export function CaseActions({ existing, draft, keeper }: Props) {
  const editable = existing === null || isEditable(existing.state);
  return (
    <footer className="desk-case-actions">
      {draft.failure && <SaveFailure draft={draft} keeper={keeper} />}
      {existing?.state === 'supplement' && <Awaited existing={existing} />}
      {editable ? <OpenCase existing={existing} draft={draft} keeper={keeper} /> : <ClosedCase existing={existing} />}
    </footer>
  );
}

function SaveFailure({ draft, keeper }: Pick<Props, 'draft' | 'keeper'>) {
  const { t } = useTranslation('desk');
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={t('case.saveFailed', { reason: draft.failure?.message ?? '' })}
      action={<Button onClick={() => void keeper.flush()}>{t('case.saveAgain')}</Button>}
    />
  );
}

function Awaited({ existing }: { readonly existing: DeskCase }) {
  const { t } = useTranslation('desk');
  const names = missingRequired(existing.materials).map((material) => material.name);
  if (names.length === 0) return null;
  return <Alert type="info" title={t('supplement.told') + names.join(t('listJoin'))} />;
}

function OpenCase({ existing, draft, keeper }: Props) {
  const { t } = useTranslation('desk');
  const { act, busy } = useDesk();
  const [dialog, setDialog] = useState<'refuse' | 'supplement' | null>(null);
  const receipt = useReceipt();
  const applicantKnown = draft.applicant === null ? existing?.applicantMasked != null : isApplicantComplete(draft.applicant);
  const blockers = receiveBlockers({ itemChosen: draft.fields.itemId !== null, applicantKnown, materials: draft.fields.materials });
  /** The case in the ledger with everything typed, or null when that failed (and is shown). */
  const saved = async () => ((await keeper.flush({ create: true })) ? keeper.draft().caseId : null);
  const receive = async () => {
    const caseId = await saved();
    if (caseId === null) return;
    if ((await act('case.receive', { caseId })).ok) await receipt.print(caseId);
  };
  const refuse = async (reason: string) => {
    const caseId = await saved();
    if (caseId === null) return keeper.draft().failure;
    const result = await act('case.refuse', { caseId, reason });
    return result.ok ? null : result.error;
  };
  return (
    <>
      <div className="desk-case-buttons">
        <SavedMark draft={draft} />
        <span className="desk-case-blockers">{blockers.map((blocker) => t(`blocker.${blocker}`)).join(t('listJoin'))}</span>
        <Button disabled={busy} onClick={() => setDialog('refuse')}>
          {t('case.refuse')}
        </Button>
        <Button disabled={busy || draft.fields.materials.length === 0} onClick={() => setDialog('supplement')}>
          {t('case.supplement')}
        </Button>
        <Button type="primary" disabled={busy || blockers.length > 0} onClick={() => void receive()}>
          {t('case.receive')}
        </Button>
      </div>
      {dialog === 'refuse' && (
        <ReasonDialog
          danger
          title={t('refuse.title')}
          hint={t('refuse.hint')}
          presets={t('refuse.reasons')}
          onConfirm={refuse}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === 'supplement' && <SupplementDialog materials={draft.fields.materials} save={saved} onClose={() => setDialog(null)} />}
    </>
  );
}

/** "已保存" stands only for what the ledger has answered. */
function SavedMark({ draft }: { readonly draft: CaseDraft }) {
  const { t } = useTranslation('desk');
  const timeZone = useTimeZone();
  const text = () => {
    if (draft.sending?.underWay === true) return t('case.saving');
    if (draft.applicant !== null && !isApplicantComplete(draft.applicant)) return t('case.applicantUnsaved');
    if (!isSettled(draft)) return t('case.unsaved');
    return draft.savedAt === null ? '' : t('case.saved', { time: clockText(draft.savedAt, timeZone) });
  };
  return (
    <span className="desk-case-saved" role="status" data-saved={isSettled(draft) && draft.savedAt !== null}>
      {text()}
    </span>
  );
}

function ClosedCase({ existing }: { readonly existing: DeskCase }) {
  const { t } = useTranslation('desk');
  const timeZone = useTimeZone();
  return (
    <div className="desk-case-closed">
      <p>
        <b>{t(`caseState.${existing.state}`)}</b>{' '}
        <span className="desk-case-number">{t('case.number', { number: existing.caseNumber })}</span>
        {existing.receivedAt !== null && <span>{t('receive.at', { time: clockText(existing.receivedAt, timeZone) })}</span>}
        {existing.receivedAt !== null && existing.promised && (
          <span>{existing.dueDay === null ? t('receive.dueUnknown') : t('receive.due', { day: existing.dueDay })}</span>
        )}
      </p>
      {existing.receivedAt !== null && <ReceiptLine existing={existing} />}
    </div>
  );
}
