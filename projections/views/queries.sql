-- The questions people ask across tables. A word in braces is a table by its present name,
-- or a part that is filled in; `creditor_ids` null is every creditor.

-- name: case_now
-- Every case with its debtor, creditor and balance, and its status and group on `today`;
-- the same rules as projections/status.py. Other statements begin with it.
SELECT c.case_id, c.case_number, c.kid, c.creditor_id, c.debtor_id, c.debtor_kind,
       c.registered_on, c.invoice_numbers, c.oldest_due_on, c.principal_ore,
       c.principal_left_ore, c.paused, c.disputed, c.approval, c.closed, c.closed_on,
       c.needs_follow_up, c.follow_up, c.last_event_on,
       coalesce(d.name, '') AS debtor_name,
       coalesce(d.sort_name, '') AS debtor_sort_name,
       coalesce(d.search_name, '') AS debtor_search_name,
       coalesce(k.name, '') AS creditor_name,
       coalesce(k.sort_name, '') AS creditor_sort_name,
       coalesce(b.total_ore, 0) AS total_ore,
       coalesce(b.paid_ore, 0) AS paid_ore,
       coalesce(b.held_ore, 0) AS held_ore,
       CASE WHEN c.closed = 'paid' THEN 'BETALT'
            WHEN c.closed = 'part_paid_with_loss' THEN 'DELBETALT/AVSLUTTET'
            WHEN c.closed IS NOT NULL THEN 'TRUKKET'
            WHEN c.bo_sent_on IS NOT NULL THEN 'BETALINGSOPPFORDRING'
            WHEN c.varsel_pay_by IS NULL THEN 'REGISTRERT'
            WHEN c.varsel_pay_by >= %(today)s::date THEN 'INKASSOVARSEL'
            ELSE 'INKASSOVARSEL FORFALT'
       END AS status,
       CASE WHEN c.closed IS NOT NULL THEN 'avsluttet'
            WHEN c.paused OR c.disputed THEN 'på vent'
            WHEN c.approval = 'requested' THEN 'venter godkjenning'
            ELSE 'pågående'
       END AS status_group
  FROM {case_list} c
  LEFT JOIN {balance} b ON b.case_id = c.case_id
  LEFT JOIN {debtor} d ON d.debtor_id = c.debtor_id
  LEFT JOIN {creditor} k ON k.creditor_id = c.creditor_id
 WHERE (%(creditor_ids)s::uuid[] IS NULL OR c.creditor_id = ANY (%(creditor_ids)s::uuid[]))

-- name: cases
-- The list of cases: narrowed, searched, sorted by one column, a page at a time.
WITH case_now AS ({case_now})
SELECT case_id, case_number, kid, creditor_id, creditor_name, debtor_id, debtor_name,
       debtor_sort_name, creditor_sort_name, debtor_kind, registered_on, invoice_numbers,
       oldest_due_on, principal_ore, principal_left_ore, total_ore, paid_ore, held_ore,
       status, status_group, paused, disputed, approval, closed_on, needs_follow_up,
       follow_up, last_event_on
  FROM case_now
 WHERE (%(groups)s::text[] IS NULL OR status_group = ANY (%(groups)s::text[]))
   AND (%(statuses)s::text[] IS NULL OR status = ANY (%(statuses)s::text[]))
   AND (%(needs_follow_up)s::boolean IS NULL
        OR needs_follow_up = %(needs_follow_up)s::boolean)
   AND (%(debtor_id)s::uuid IS NULL OR debtor_id = %(debtor_id)s::uuid)
   AND (%(from_on)s::date IS NULL OR registered_on >= %(from_on)s::date)
   AND (%(until_on)s::date IS NULL OR registered_on <= %(until_on)s::date)
   AND (%(word)s::text IS NULL
        OR debtor_search_name LIKE %(name_like)s::text
        OR lower(case_number) = %(word)s::text
        OR kid = %(word)s::text
        OR EXISTS (SELECT 1 FROM unnest(invoice_numbers) AS n (invoice_number)
                    WHERE lower(n.invoice_number) = %(word)s::text)
        OR total_ore BETWEEN %(from_ore)s::bigint AND %(until_ore)s::bigint
        OR principal_left_ore BETWEEN %(from_ore)s::bigint AND %(until_ore)s::bigint)
   AND (%(after_id)s::uuid IS NULL
        OR ({column}, case_id) {beyond} (%(after_value)s::{column_type}, %(after_id)s::uuid))
 ORDER BY {column} {direction}, case_id {direction}
 LIMIT %(limit)s::bigint

-- name: groups
-- How many cases stand in each group, and what is owed on them together.
WITH case_now AS ({case_now})
SELECT status_group, count(*) AS case_count, sum(total_ore)::bigint AS total_ore
  FROM case_now
 GROUP BY status_group

-- name: group_heads
-- Up to `limit` cases of each group, those where something happened last first.
WITH case_now AS ({case_now}),
     ranked AS (
       SELECT case_id, case_number, debtor_name, creditor_name, status, status_group,
              total_ore, needs_follow_up, follow_up, last_event_on,
              row_number() OVER (PARTITION BY status_group
                                 ORDER BY last_event_on DESC, case_id) AS place
         FROM case_now)
SELECT case_id, case_number, debtor_name, creditor_name, status, status_group, total_ore,
       needs_follow_up, follow_up, last_event_on
  FROM ranked
 WHERE place <= %(limit)s::bigint
 ORDER BY status_group, place

-- name: cash_flow
-- Month by month: what payments covered, whose it was, and what was paid out. A payment
-- taken back counts against the month it was taken back in.
WITH covered AS (
       SELECT date_trunc('month', p.booked_on)::date AS month,
              sum(p.principal_ore + p.interest_ore + p.fees_ore) AS creditor_ore,
              sum(p.salaer_ore + p.agency_fees_ore) AS agency_ore,
              0::bigint AS paid_out_ore
         FROM {payable} p
        WHERE p.booked_on BETWEEN %(from_on)s::date AND %(until_on)s::date
          AND p.what NOT IN ('withdrawal', 'payout_rejected')
          AND (%(creditor_ids)s::uuid[] IS NULL
               OR p.creditor_id = ANY (%(creditor_ids)s::uuid[]))
        GROUP BY 1),
     paid_out AS (
       SELECT date_trunc('month', o.confirmed_on)::date AS month,
              0::bigint AS creditor_ore,
              0::bigint AS agency_ore,
              sum(o.amount_ore) AS paid_out_ore
         FROM {payout} o
        WHERE o.state = 'confirmed'
          AND o.confirmed_on BETWEEN %(from_on)s::date AND %(until_on)s::date
          AND (%(creditor_ids)s::uuid[] IS NULL
               OR o.creditor_id = ANY (%(creditor_ids)s::uuid[]))
        GROUP BY 1),
     moved AS (
       SELECT month, creditor_ore, agency_ore, paid_out_ore FROM covered
        UNION ALL
       SELECT month, creditor_ore, agency_ore, paid_out_ore FROM paid_out)
SELECT month,
       sum(creditor_ore + agency_ore)::bigint AS covered_ore,
       sum(creditor_ore)::bigint AS creditor_ore,
       sum(agency_ore)::bigint AS agency_ore,
       sum(paid_out_ore)::bigint AS paid_out_ore
  FROM moved
 GROUP BY month
 ORDER BY month

-- name: invoices
-- Each invoice with its case and how that stands; `only_outstanding` leaves out what is paid,
-- reduced away, given up or on a case that has ended.
WITH case_now AS ({case_now})
SELECT i.claim_id, i.case_id, i.case_number, i.invoice_number, i.issued_on, i.due_on,
       i.principal_ore, i.principal_paid_ore, i.left_ore, n.creditor_id, n.creditor_name,
       n.debtor_id, n.debtor_name, n.status, n.status_group,
       (n.closed IS NULL AND i.left_ore > 0) AS outstanding
  FROM {invoice} i
  JOIN case_now n ON n.case_id = i.case_id
 WHERE NOT %(only_outstanding)s::boolean OR (n.closed IS NULL AND i.left_ore > 0)
 ORDER BY i.due_on, i.invoice_number, i.case_id, i.claim_id
 LIMIT %(limit)s::bigint OFFSET %(offset)s::bigint

-- name: candidates
-- Invoices handed over and in no case yet, debtor by debtor: all of a debtor's go together.
SELECT a.creditor_id, a.debtor_id,
       coalesce(k.name, '') AS creditor_name,
       coalesce(d.name, '') AS debtor_name,
       count(*) AS invoice_count,
       sum(a.principal_ore)::bigint AS principal_ore,
       count(*) FILTER (WHERE a.ripe_on <= %(today)s::date
                          AND a.too_old_after >= %(today)s::date) AS ripe_count,
       coalesce(sum(a.principal_ore) FILTER (WHERE a.ripe_on <= %(today)s::date
                                    AND a.too_old_after >= %(today)s::date), 0)::bigint
         AS ripe_ore,
       min(a.ripe_on) AS first_ripe_on
  FROM {candidate} a
  LEFT JOIN {debtor} d ON d.debtor_id = a.debtor_id
  LEFT JOIN {creditor} k ON k.creditor_id = a.creditor_id
 WHERE (%(creditor_ids)s::uuid[] IS NULL OR a.creditor_id = ANY (%(creditor_ids)s::uuid[]))
 GROUP BY a.creditor_id, a.debtor_id, k.name, d.name, d.sort_name
 ORDER BY first_ripe_on, d.sort_name, a.creditor_id, a.debtor_id
 LIMIT %(limit)s::bigint OFFSET %(offset)s::bigint

-- name: payouts
-- The transfers to creditors, the latest first.
SELECT o.payout_id, o.creditor_id, coalesce(k.name, '') AS creditor_name, o.state,
       o.prepared_on, o.instructed_on, o.confirmed_on, o.rejected_on, o.reason, o.line_count,
       o.principal_ore, o.interest_ore, o.fees_ore, o.payable_ore, o.vat_withheld_ore,
       o.set_off_ore, o.amount_ore
  FROM {payout} o
  LEFT JOIN {creditor} k ON k.creditor_id = o.creditor_id
 WHERE (%(creditor_ids)s::uuid[] IS NULL OR o.creditor_id = ANY (%(creditor_ids)s::uuid[]))
 ORDER BY o.prepared_on DESC, o.payout_id
 LIMIT %(limit)s::bigint OFFSET %(offset)s::bigint

-- name: payout_lines
-- What a payout was made of, with the debtor of each line.
SELECT l.payout_id, l.line, l.what, l.case_id, l.case_number, l.invoice_number, l.booked_on,
       l.principal_ore, l.interest_ore, l.fees_ore, l.payable_ore, l.salaer_ore,
       l.agency_fees_ore, l.vat_ore, l.debt_ore,
       coalesce(d.name, '') AS debtor_name
  FROM {payout_line} l
  LEFT JOIN {case_list} c ON c.case_id = l.case_id
  LEFT JOIN {debtor} d ON d.debtor_id = c.debtor_id
 WHERE l.payout_id = %(payout_id)s::uuid
   AND (%(creditor_ids)s::uuid[] IS NULL OR l.creditor_id = ANY (%(creditor_ids)s::uuid[]))
 ORDER BY l.line

-- name: payments
-- The payments on cases, with what each covered, the latest first.
SELECT p.payment_id, p.case_id, c.case_number, c.creditor_id,
       coalesce(k.name, '') AS creditor_name, coalesce(d.name, '') AS debtor_name,
       p.source, p.state, p.amount_ore, p.ordered_on, p.received_on, p.booked_on,
       p.principal_ore, p.interest_ore, p.costs_ore, p.creditor_ore, p.agency_ore, p.held_ore
  FROM {payment} p
  JOIN {case_list} c ON c.case_id = p.case_id
  LEFT JOIN {debtor} d ON d.debtor_id = c.debtor_id
  LEFT JOIN {creditor} k ON k.creditor_id = c.creditor_id
 WHERE (%(creditor_ids)s::uuid[] IS NULL OR c.creditor_id = ANY (%(creditor_ids)s::uuid[]))
 ORDER BY p.booked_on DESC, p.payment_id
 LIMIT %(limit)s::bigint OFFSET %(offset)s::bigint

-- name: suspense
-- The payments that wait for a person to find their case, the oldest first.
SELECT p.payment_id, p.amount_ore, p.ordered_on, p.received_on, p.booked_on,
       p.suspense_reason, p.kid, p.payer_account, p.source_file, p.source_line
  FROM {payment} p
 WHERE p.state = 'suspense'
 ORDER BY p.booked_on, p.payment_id

-- name: figures
-- The house in one row: cases begun and ended in a period, and how things stand now.
WITH cases AS (
       SELECT c.registered_on, c.closed, c.closed_on, c.needs_follow_up,
              coalesce(b.total_ore, 0) AS total_ore, coalesce(b.held_ore, 0) AS held_ore
         FROM {case_list} c
         LEFT JOIN {balance} b ON b.case_id = c.case_id
        WHERE (%(creditor_ids)s::uuid[] IS NULL
               OR c.creditor_id = ANY (%(creditor_ids)s::uuid[]))),
     covered AS (
       SELECT coalesce(sum(p.principal_ore + p.interest_ore + p.fees_ore), 0) AS creditor_ore,
              coalesce(sum(p.salaer_ore + p.agency_fees_ore), 0) AS agency_ore
         FROM {payable} p
        WHERE p.booked_on BETWEEN %(from_on)s::date AND %(until_on)s::date
          AND (%(creditor_ids)s::uuid[] IS NULL
               OR p.creditor_id = ANY (%(creditor_ids)s::uuid[]))),
     waiting AS (
       SELECT count(*) AS suspense_count, coalesce(sum(amount_ore), 0) AS suspense_ore
         FROM {payment}
        WHERE state = 'suspense' AND %(creditor_ids)s::uuid[] IS NULL)
SELECT count(*) FILTER (WHERE closed IS NULL) AS open_count,
       count(*) FILTER (WHERE registered_on BETWEEN %(from_on)s::date AND %(until_on)s::date)
         AS registered_count,
       count(*) FILTER (WHERE closed = 'paid'
                          AND closed_on BETWEEN %(from_on)s::date AND %(until_on)s::date)
         AS paid_count,
       count(*) FILTER (WHERE closed = 'part_paid_with_loss'
                          AND closed_on BETWEEN %(from_on)s::date AND %(until_on)s::date)
         AS loss_count,
       count(*) FILTER (WHERE closed IN ('withdrawn', 'objection_accepted')
                          AND closed_on BETWEEN %(from_on)s::date AND %(until_on)s::date)
         AS withdrawn_count,
       count(*) FILTER (WHERE needs_follow_up) AS follow_up_count,
       coalesce(sum(total_ore) FILTER (WHERE closed IS NULL), 0)::bigint AS outstanding_ore,
       coalesce(sum(held_ore), 0)::bigint AS held_ore,
       (SELECT creditor_ore FROM covered)::bigint AS creditor_ore,
       (SELECT agency_ore FROM covered)::bigint AS agency_ore,
       (SELECT suspense_count FROM waiting) AS suspense_count,
       (SELECT suspense_ore FROM waiting)::bigint AS suspense_ore
  FROM cases

-- name: overdue_steps
-- How many cases wait for a step whose day has come, and since when the longest has.
SELECT count(*) AS case_count, min(due_on) AS since FROM {due} WHERE due_on <= %(today)s::date
