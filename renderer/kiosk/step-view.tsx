import type { Dispatch } from 'react';
import { useTranslation } from 'react-i18next';
import type { HallBody, ItemBody } from '../../domain/documents.ts';
import type { Hello } from '../../sync/protocol/link.ts';
import { ChoiceListView, GroupsView, WaysView } from './choose.tsx';
import { Heading } from './heading.tsx';
import { ConfirmView, IdentifyView } from './identify.tsx';
import { ItemView } from './item.tsx';
import type { Action, Flow } from './kiosk-flow.ts';
import { SearchView } from './search.tsx';
import { AlreadyView, FailedView, TicketView, UnprintedView, WorkingView } from './ticket.tsx';
import type { CardPhase } from './use-kiosk.ts';
import { WelcomeView } from './welcome.tsx';

export interface StepViewProps {
  readonly flow: Flow;
  readonly dispatch: Dispatch<Action>;
  readonly cardPhase: CardPhase | null;
  readonly hello: Hello;
  /** null: still loading. */
  readonly items: readonly ItemBody[] | null;
  readonly hall: HallBody | null;
}

export function StepView(props: StepViewProps) {
  const { flow, dispatch } = props;
  const { step } = flow;
  switch (step.at) {
    case 'welcome':
      return <WelcomeView policy={props.hello.policy} dispatch={dispatch} />;
    case 'identify':
      return <IdentifyView problem={step.problem} phase={props.cardPhase} dispatch={dispatch} />;
    case 'confirm':
      return <ConfirmView card={step.card} dispatch={dispatch} />;
    case 'issuing':
    case 'reprinting':
      return <WorkingView work={step} />;
    case 'ticket':
      return <TicketView ticket={step.ticket} cardUsed={step.cardUsed} dispatch={dispatch} />;
    case 'unprinted':
      return <UnprintedView ticket={step.ticket} dispatch={dispatch} />;
    case 'already':
      return <AlreadyView number={step.number} dispatch={dispatch} />;
    case 'failed':
      return <FailedView failure={step.failure} dispatch={dispatch} />;
    default:
      return props.items === null ? <NotReady /> : <CatalogueView {...props} items={props.items} />;
  }
}

function NotReady() {
  const { t } = useTranslation('kiosk');
  return <Heading title={t('notReady')} />;
}

/** A screen holds at most six choices, four in 大字 (research/domain.md §4). */
const CHOICES = 6;
const CHOICES_LARGE = 4;
/** The keyboard takes half of the screen, 大字 and 低位 take some more. */
const FOUND = 4;

function CatalogueView({ flow, dispatch, items, hall }: StepViewProps & { readonly items: readonly ItemBody[] }) {
  const { step, large, low } = flow;
  const size = large ? CHOICES_LARGE : CHOICES;
  switch (step.at) {
    case 'ways':
      return <WaysView items={items} dispatch={dispatch} />;
    case 'groups':
      return <GroupsView key={step.way} step={step} items={items} size={size} dispatch={dispatch} />;
    case 'list':
      return <ChoiceListView key={[step.group, ...step.path].join('/')} step={step} items={items} size={size} dispatch={dispatch} />;
    case 'search':
      return <SearchView step={step} items={items} size={FOUND - Number(large) - Number(low)} dispatch={dispatch} />;
    case 'item': {
      const item = items.find((each) => each.itemId === step.itemId);
      return item === undefined ? <NotReady /> : <ItemView item={item} phone={hall?.phone ?? null} dispatch={dispatch} />;
    }
    default:
      return null;
  }
}
