import { type Dispatch, useEffect, useReducer, useState } from 'react';
import type { LinkEvents } from '../../sync/protocol/link.ts';
import { setLanguage } from '../app/i18n.ts';
import type { Link } from '../link/client.ts';
import { type Action, cardOf, type Flow, FRESH, kioskFlow } from './kiosk-flow.ts';

export type CardPhase = LinkEvents['card']['phase'];

export interface Kiosk {
  readonly flow: Flow;
  readonly dispatch: Dispatch<Action>;
  /** What the reader asks of the person just now. */
  readonly cardPhase: CardPhase | null;
}

/** The flow together with what it makes the station process do. */
export function useKiosk(link: Link): Kiosk {
  const [flow, dispatch] = useReducer(kioskFlow, FRESH);
  const cardPhase = useCardReading(link, flow, dispatch);
  useWork(link, flow, dispatch);
  useCardForgetting(link, flow);
  useEffect(() => setLanguage(flow.language), [flow.language]);
  return { flow, dispatch, cardPhase };
}

function useCardReading(link: Link, { step }: Flow, dispatch: Dispatch<Action>): CardPhase | null {
  const [phase, setPhase] = useState<CardPhase | null>(null);
  const attempt = step.at === 'identify' && step.problem === null ? step.attempt : null;
  useEffect(() => {
    if (attempt === null) return;
    let left = false;
    let answered = false;
    setPhase(null);
    const stopListening = link.on('card', (event) => setPhase(event.phase));
    void link.call('card.read', { purpose: 'TICKET' }).then((result) => {
      answered = true;
      if (!left) dispatch({ type: 'cardAnswer', attempt, result });
      else if (result.ok) void link.call('card.forget', { cardId: result.value.cardId });
    });
    return () => {
      left = true;
      stopListening();
      if (!answered) void link.call('card.cancel', {});
    };
  }, [link, attempt, dispatch]);
  return phase;
}

function useWork(link: Link, { step }: Flow, dispatch: Dispatch<Action>): void {
  const work = step.at === 'issuing' || step.at === 'reprinting' ? step : null;
  useEffect(() => {
    if (work === null) return;
    const { requestId } = work;
    const answer =
      work.at === 'issuing'
        ? link.call('ticket.issue', { requestId, itemId: work.itemId, cardId: work.cardId })
        : link.call('ticket.reprint', { requestId, ticketId: work.ticketId });
    void answer.then((result) => dispatch({ type: 'workAnswer', requestId, result }));
  }, [link, work, dispatch]);
}

/** As soon as no step needs the card any more, the station process forgets it. */
function useCardForgetting(link: Link, { step }: Flow): void {
  const cardId = cardOf(step);
  useEffect(() => {
    if (cardId === null) return;
    return () => void link.call('card.forget', { cardId });
  }, [link, cardId]);
}
