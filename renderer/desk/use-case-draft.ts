import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../../domain/ids.ts';
import type { DeskCase } from '../../sync/protocol/link.ts';
import { useLink, useLinkState } from '../link/hooks.ts';
import { type CaseDraft, type DraftFields, hasHalfTypedApplicant } from './case-draft.ts';
import { useDesk } from './desk-context.ts';
import { createDraftKeeper, type DraftKeeper } from './draft-keeper.ts';

interface Options {
  readonly existing: DeskCase | null;
  readonly initial: DraftFields;
  readonly onCreated: (saved: DeskCase) => void;
}

/** The draft of the open case form, kept in the ledger while the clerk types. */
export function useCaseDraft({ existing, initial, onCreated }: Options): { readonly draft: CaseDraft; readonly keeper: DraftKeeper } {
  const link = useLink();
  const connection = useLinkState();
  const { t } = useTranslation('desk');
  const { state, setOpenCase, report } = useDesk();
  const [keeper] = useState(() =>
    createDraftKeeper({
      existing,
      initial,
      ticketId: state.ticket === null ? null : (state.ticket.id as NonNullable<DeskCase['ticketId']>),
      save: (params) => link.call('case.save', params),
      newRequestId: newId,
      onCreated,
    }),
  );
  const draft = useSyncExternalStore(keeper.subscribe, keeper.draft);

  useEffect(() => {
    if (existing !== null) keeper.dispatch({ type: 'serverSaid', case: existing });
  }, [keeper, existing]);

  useEffect(() => {
    if (connection === 'up') void keeper.flush();
  }, [keeper, connection]);

  useEffect(() => {
    setOpenCase(async () => {
      const half = hasHalfTypedApplicant(keeper.draft());
      if (half) report({ code: 'APPLICANT_INCOMPLETE', message: t('case.applicantIncomplete') });
      return (await keeper.flush()) && !half;
    });
    return () => {
      setOpenCase(null);
      void keeper.flush();
    };
  }, [keeper, setOpenCase, report, t]);

  return { draft, keeper };
}
