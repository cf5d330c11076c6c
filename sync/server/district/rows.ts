import { type Case, caseBodySchema, type Rating, type Ticket } from '../../../domain/documents.ts';
import { caseIdSchema } from '../../../domain/ids.ts';
import type { DistrictCaseRow, DistrictHallDetail, DistrictRatingRow } from '../../protocol/link.ts';

/** What the district sees of a case: the sealed part stays sealed. */
export function caseRow({ id, hallId, state, body }: Case): DistrictCaseRow {
  const { caseNumber, itemName, applicantMasked, ticketNumber, receivedAt } = caseBodySchema.parse(body);
  return {
    caseId: caseIdSchema.parse(id),
    caseNumber,
    hallId,
    state,
    itemName: itemName ?? null,
    applicantMasked: applicantMasked ?? null,
    ticketNumber: ticketNumber ?? null,
    receivedAt: receivedAt ?? null,
  };
}

/** A rating names its ticket and item by id; the day's tickets have the words. */
export function ratingRow({ id, hallId, body }: Rating, tickets: readonly Ticket[]): DistrictRatingRow {
  const { ticketId, ticketNumber, level, ratedAt } = body;
  const itemName = tickets.find((ticket) => ticket.id === ticketId)?.body.itemName ?? null;
  return { ratingId: id, hallId, ticketNumber, level, itemName, ratedAt };
}

export function ticketRow({ state, body }: Ticket): DistrictHallDetail['tickets'][number] {
  return { number: body.number, state, itemName: body.itemName, issuedAt: body.issuedAt };
}
